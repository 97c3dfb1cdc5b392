import { z } from "zod";
import type { Generator, GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import { MILLISECOND } from "#core/units";
import type { Workload, WorkloadRun } from "#core/workload";
import { mix } from "../harness/generators/mix.ts";
import { paced } from "../harness/generators/paced.ts";

const optionsSchema = z.object({
  elementsPerSet: z.int().min(1).default(500).describe("adds to one set before a new one is begun"),
  readEvery: z
    .int()
    .min(1)
    .default(50)
    .describe("milliseconds between two reads while adding, over all clients"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Clients add elements that are never added twice; after healing every node is read. An acknowledged element that no node
 * has is lost. Sets are of bounded size, so that a read costs the same at the end of a long run as at its beginning.
 */
export const set: Workload<Options> = {
  name: "set",
  summary: "adds of unique elements to sets, read on every node at the end: lost and diverged elements",
  options: optionsSchema,
  objects: [{ keys: "*", type: "set", initial: null, order: "unknown", uniqueWrites: true, siblings: false }],
  models: ["no-lost-writes", "convergence"],
  create: ({ options }) => new SetRun(options),
};

/** Reads during the run look at the sets being filled now and shortly before. */
const RECENT_SETS = 3;
/** Weight of reads against adds; how often they really come is set by their pace. */
const READ_WEIGHT = 0.5;

class SetRun implements WorkloadRun {
  readonly generator: Generator;
  readonly #options: Options;
  #added = 0;

  constructor(options: Options) {
    this.#options = options;
    const read: Generator = { next: (context) => this.#read(context) };
    this.generator = mix([
      { weight: 1 - READ_WEIGHT, source: { next: () => this.#add() } },
      { weight: READ_WEIGHT, source: paced(options.readEvery * MILLISECOND, read) },
    ]);
  }

  finalReads(): readonly Invocation[] {
    const sets = Math.ceil(this.#added / this.#options.elementsPerSet);
    return Array.from({ length: sets }, (_, i) => readOf(i));
  }

  #add(): Invocation {
    const element = this.#added++;
    return {
      f: "add",
      key: nameOf(Math.floor(element / this.#options.elementsPerSet)),
      value: element,
      object: "set",
    };
  }

  #read({ random }: GeneratorContext): Invocation {
    const current = Math.floor(Math.max(0, this.#added - 1) / this.#options.elementsPerSet);
    return readOf(random.between(Math.max(0, current - RECENT_SETS + 1), current));
  }
}

const nameOf = (index: number): string => `set-${index}`;
const readOf = (index: number): Invocation => ({ f: "read", key: nameOf(index), value: null, object: "set" });
