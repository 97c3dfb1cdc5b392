import { z } from "zod";
import type { Invocation } from "#core/operation";
import type { Random } from "#core/random";
import { MILLISECOND } from "#core/units";
import type { Workload, WorkloadRun } from "#core/workload";
import { mix } from "../harness/generators/mix.ts";
import { paced } from "../harness/generators/paced.ts";

const optionsSchema = z.object({
  addEvery: z.int().min(1).default(20).describe("milliseconds between two changes, over all clients"),
  readEvery: z.int().min(1).default(20).describe("milliseconds between two reads, over all clients"),
});
type Options = z.infer<typeof optionsSchema>;

const KEY = "counter";
const read: Invocation = { f: "read", key: KEY, value: null, object: "counter" };

/** One counter that replicas keep. `draw`: by how much an operation changes it. */
export const replicatedCounter = (
  crdt: "g-counter" | "pn-counter",
  summary: string,
  draw: (random: Random) => number,
): Workload<Options> => ({
  name: crdt,
  summary,
  options: optionsSchema,
  objects: [
    { keys: "*", type: "counter", initial: 0, order: "unknown", uniqueWrites: false, siblings: false, crdt },
  ],
  models: ["no-lost-writes", "convergence", "crdt-semantics"],
  create: ({ options }) => createRun(options, draw),
});

function createRun({ addEvery, readEvery }: Options, draw: (random: Random) => number): WorkloadRun {
  const change = (random: Random): Invocation => ({
    f: "increment",
    key: KEY,
    value: draw(random),
    object: "counter",
  });
  return {
    generator: mix([
      { weight: 0.5, source: paced(addEvery * MILLISECOND, { next: ({ random }) => change(random) }) },
      { weight: 0.5, source: paced(readEvery * MILLISECOND, { next: () => read }) },
    ]),
    finalReads: () => [read],
  };
}
