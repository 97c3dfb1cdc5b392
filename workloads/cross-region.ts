import { z } from "zod";
import type { GeneratorContext } from "#core/generator";
import type { Workload, WorkloadRun } from "#core/workload";
import { type Visit, visits } from "../harness/generators/visits.ts";
import { OWNED_REGISTERS } from "./support/objects.ts";
import { OwnedKeys, readOf } from "./support/owned-keys.ts";

const optionsSchema = z.object({
  writeRatio: z.number().min(0).max(1).default(0.3).describe("share of operations that are writes"),
  keysPerClient: z.int().min(1).default(2).describe("keys that each client writes and nobody else does"),
  strongLevel: z.string().min(1).default("strong").describe("level of the reads that must be fresh"),
  localLevel: z.string().min(1).default("local").describe("level of the reads that must be fast"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Replicas in several regions, and nothing breaks. Clients read at two levels: `strong` asks whoever must be asked, `local` the
 * nearest replica. The first waits for the distance, the second sees what has arrived: latency against consistency
 * without any partition (the E of PACELC, Abadi 2012). Models, staleness and latencies are those of each level: `metrics.json`
 * has the latencies, `verdict.json` the verdicts. Distances belong to the target or its simulated network.
 */
export const crossRegion: Workload<Options> = {
  name: "cross-region",
  summary:
    "reads at the levels strong and local of far replicas: latency against consistency, without a partition",
  options: optionsSchema,
  objects: OWNED_REGISTERS,
  models: [
    "linearizable",
    "sequential",
    "causal",
    "pram",
    "read-your-writes",
    "monotonic-reads",
    "bounded-staleness",
    "no-lost-writes",
    "convergence",
  ],
  create: ({ options }) => regions(options),
};

function regions({ writeRatio, keysPerClient, strongLevel, localLevel }: Options): WorkloadRun {
  const keys = new OwnedKeys("k", keysPerClient);

  function* write(context: GeneratorContext): Visit {
    yield keys.write(context);
  }

  function* read(context: GeneratorContext): Visit {
    const { random } = context;
    const key = random.chance(0.5) ? keys.own(context) : (keys.others(context) ?? keys.own(context));
    yield readOf(key, random.chance(0.5) ? strongLevel : localLevel);
  }

  return {
    generator: visits((context) => (context.random.chance(writeRatio) ? write(context) : read(context))),
    finalReads: () => keys.finalReads(),
  };
}
