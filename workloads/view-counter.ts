import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import { MILLISECOND } from "#core/units";
import type { Workload, WorkloadContext, WorkloadRun } from "#core/workload";
import { type Visit, visits } from "../harness/generators/visits.ts";
import { OWNED_REGISTERS } from "./support/objects.ts";
import { OwnedKeys, readOf } from "./support/owned-keys.ts";

const optionsSchema = z.object({
  viewCounters: z
    .int()
    .min(1)
    .default(2)
    .describe("counters, each counted up by one client; the other clients look"),
  countEvery: z.int().min(0).default(5).describe("milliseconds between two counts of one counter"),
  looks: z
    .int()
    .min(1)
    .default(20)
    .describe("how often a client looks at one counter before it goes to another"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * A page shows how often it was viewed. One client counts, the others reload the page again and again; the number may lag but
 * must never go down before one pair of eyes. It does where two reads of a session are answered by replicas of which the
 * second lags further: `monotonic-reads` is broken. The counts of one client are 1, 2, 3, …, so every read tells exactly how
 * far behind it is: this is also the staleness benchmark (`riftcheck experiment staleness`).
 */
export const viewCounter: Workload<Options> = {
  name: "view-counter",
  summary:
    "a number that only rises, reloaded again and again: monotonic reads across lagging replicas, staleness",
  options: optionsSchema,
  objects: OWNED_REGISTERS,
  models: [
    "linearizable",
    "sequential",
    "causal",
    "pram",
    "monotonic-reads",
    "bounded-staleness",
    "no-lost-writes",
    "convergence",
  ],
  create: views,
};

function views({ options, clients }: WorkloadContext<Options>): WorkloadRun {
  const keys = new OwnedKeys("views");
  // Of a single client the one that counts must also look.
  const counting = Math.max(1, Math.min(options.viewCounters, Math.floor(clients / 2)));

  function* count(context: GeneratorContext): Visit {
    yield keys.write(context);
    if (clients === 1) yield readOf(keys.own(context));
    if (options.countEvery > 0) yield { wait: options.countEvery * MILLISECOND };
  }

  function* reload(key: string): Visit {
    for (let look = 0; look < options.looks; look++) yield readOf(key);
  }

  function* nothingYet(): Visit {
    yield { wait: MILLISECOND };
  }

  return {
    generator: visits((context) => {
      if (context.worker < counting) return count(context);
      const key = keys.others(context);
      return key === undefined ? nothingYet() : reload(key);
    }),
    finalReads: () => keys.finalReads(),
  };
}
