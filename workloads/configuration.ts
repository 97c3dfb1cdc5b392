import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Json } from "#core/json";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { answerOf, type Visit, visits } from "../harness/generators/visits.ts";
import { SHARED_REGISTERS } from "./support/objects.ts";
import { readOf } from "./support/owned-keys.ts";

const optionsSchema = z.object({
  settings: z.int().min(1).default(3).describe("settings that are read and changed"),
  changeRatio: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("share of visits that change a setting after reading it"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Operators read a setting and change it by a compare-and-set of what they have read; everybody reads. The negative control: a strongly
 * consistent store shows no anomaly of any kind, and pays with availability where a majority is out of reach (`write_error_rate`).
 * An alarm here is a bug of the store, or of riftcheck.
 */
export const configuration: Workload<Options> = {
  name: "configuration",
  summary: "settings read and changed by compare-and-set: no anomaly at all in a strongly consistent store",
  options: optionsSchema,
  objects: SHARED_REGISTERS,
  models: [
    "linearizable",
    "sequential",
    "causal",
    "causal-convergent",
    "read-your-writes",
    "monotonic-reads",
    "monotonic-writes",
    "writes-follow-reads",
    "no-lost-writes",
    "convergence",
  ],
  create: ({ options }) => settings(options),
};

function settings(options: Options): WorkloadRun {
  const keys = Array.from({ length: options.settings }, (_, i) => `setting-${i + 1}`);
  let revisions = 0;

  function* change(key: string): Visit {
    const read = answerOf(yield readOf(key));
    if (read === undefined) return;
    const value: Json = [read.value ?? null, `revision ${++revisions}`];
    yield { f: "cas", key, value, object: "register" };
  }

  function* look(key: string): Visit {
    yield readOf(key);
  }

  return {
    generator: visits(({ random }: GeneratorContext) => {
      const key = random.pick(keys);
      return random.chance(options.changeRatio) ? change(key) : look(key);
    }),
    finalReads: (): readonly Invocation[] => keys.map((key) => readOf(key)),
  };
}
