import { z } from "zod";
import type { Generator, GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";

const optionsSchema = z.object({
  lists: z.int().min(1).default(5).describe("lists in use at a time"),
  appendsPerList: z.int().min(1).default(100).describe("appends to a list before another takes its place"),
  readRatio: z.number().min(0).max(1).default(0.3).describe("share of operations that read a list"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Clients append elements that are never appended twice to a few lists, and read them. An acknowledged element that no node shows at the
 * end is lost: two clients that read and rewrote the list at once are the usual reason. Reads show the order of the appends.
 */
export const append: Workload<Options> = {
  name: "append",
  summary: "appends of unique elements to a few lists: lost appends, orders that contradict each other",
  options: optionsSchema,
  objects: [{ keys: "*", type: "list", initial: [], order: "append", uniqueWrites: true, siblings: false }],
  models: ["linearizable", "no-lost-writes", "convergence"],
  create: ({ options }) => new AppendRun(options),
};

class AppendRun implements WorkloadRun {
  readonly generator: Generator;
  readonly #options: Options;
  readonly #slots: { list: number; appended: number }[];
  #lists: number;
  #elements = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#lists = options.lists;
    this.#slots = Array.from({ length: options.lists }, (_, list) => ({ list, appended: 0 }));
    this.generator = { next: (context) => this.#next(context) };
  }

  finalReads(): readonly Invocation[] {
    return Array.from({ length: this.#lists }, (_, list) => readOf(list));
  }

  #next({ random }: GeneratorContext): Invocation {
    const slot = random.pick(this.#slots);
    if (random.chance(this.#options.readRatio)) return readOf(slot.list);
    if (slot.appended >= this.#options.appendsPerList)
      Object.assign(slot, { list: this.#lists++, appended: 0 });
    slot.appended++;
    return { f: "append", key: nameOf(slot.list), value: this.#elements++, object: "list" };
  }
}

const nameOf = (list: number): string => `list-${list}`;
const readOf = (list: number): Invocation => ({ f: "read", key: nameOf(list), value: null, object: "list" });
