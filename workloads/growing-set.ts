import { z } from "zod";
import type { Invocation } from "#core/operation";
import { MILLISECOND } from "#core/units";
import type { Workload, WorkloadRun } from "#core/workload";
import { mix } from "../harness/generators/mix.ts";
import { paced } from "../harness/generators/paced.ts";

const optionsSchema = z.object({
  addEvery: z
    .int()
    .min(1)
    .default(10)
    .describe("milliseconds between two adds, over all clients: every read returns all of them"),
  readEvery: z.int().min(1).default(50).describe("milliseconds between two reads, over all clients"),
});
type Options = z.infer<typeof optionsSchema>;

/** One set that only grows, of integers that are added once. `key`: what the history calls it. */
export const growingSet = (name: string, summary: string, key: string): Workload<Options> => ({
  name,
  summary,
  options: optionsSchema,
  objects: [
    {
      keys: "*",
      type: "set",
      initial: null,
      order: "unknown",
      uniqueWrites: true,
      siblings: false,
      crdt: "g-set",
    },
  ],
  models: ["no-lost-writes", "convergence", "crdt-semantics"],
  create: ({ options }) => createRun(options, key),
});

function createRun({ addEvery, readEvery }: Options, key: string): WorkloadRun {
  let added = 0;
  const add = (): Invocation => ({ f: "add", key, value: added++, object: "set" });
  const read: Invocation = { f: "read", key, value: null, object: "set" };
  return {
    generator: mix([
      { weight: 0.8, source: paced(addEvery * MILLISECOND, { next: add }) },
      { weight: 0.2, source: paced(readEvery * MILLISECOND, { next: () => read }) },
    ]),
    finalReads: () => [read],
  };
}
