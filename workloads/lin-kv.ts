import { z } from "zod";
import type { Generator, GeneratorContext } from "#core/generator";
import type { Invocation, Reply } from "#core/operation";
import type { Json } from "#core/json";
import type { Workload, WorkloadRun } from "#core/workload";

const optionsSchema = z.object({
  keys: z.int().min(1).default(5).describe("keys in use at a time"),
  writesPerKey: z
    .int()
    .min(1)
    .default(200)
    .describe("writes and compare-and-sets to a key before another takes its place"),
});
type Options = z.infer<typeof optionsSchema>;

/** Registers that must be linearizable: Maelstrom's workload of this name. No value is written twice to one key. */
export const linKv: Workload<Options> = {
  name: "lin-kv",
  summary: "registers with reads, writes and compare-and-sets that must be linearizable (Maelstrom)",
  options: optionsSchema,
  objects: [
    { keys: "*", type: "register", initial: null, order: "unknown", uniqueWrites: true, siblings: false },
  ],
  models: ["linearizable", "sequential", "causal", "convergence"],
  create: ({ options }) => new LinKvRun(options),
};

const READS = 0.4;
/** Of the rest: a compare-and-set fails whenever its guess is old, so that as many succeed as fail. */
const COMPARE_AND_SETS = 0.5;

interface Slot {
  key: number;
  written: number;
  /** The value somebody read or wrote last: what a compare-and-set expects. */
  latest: Json;
}

class LinKvRun implements WorkloadRun {
  readonly generator: Generator;
  readonly #options: Options;
  readonly #slots: Slot[];
  #keys: number;

  constructor(options: Options) {
    this.#options = options;
    this.#keys = options.keys;
    this.#slots = Array.from({ length: options.keys }, (_, key) => ({ key, written: 0, latest: null }));
    this.generator = {
      next: (context) => this.#next(context),
      completed: (_, operation, outcome, reply) => {
        if (outcome === "ok") this.#learn(operation, reply);
      },
    };
  }

  finalReads(): readonly Invocation[] {
    return Array.from({ length: this.#keys }, (_, key) => readOf(key));
  }

  #next({ random }: GeneratorContext): Invocation {
    const slot = random.pick(this.#slots);
    if (random.chance(READS)) return readOf(slot.key);
    if (slot.written >= this.#options.writesPerKey)
      Object.assign(slot, { key: this.#keys++, written: 0, latest: null });
    const value = ++slot.written;
    const key = String(slot.key);
    return slot.latest !== null && random.chance(COMPARE_AND_SETS)
      ? { f: "cas", key, value: [slot.latest, value], object: "register" }
      : { f: "write", key, value, object: "register" };
  }

  #learn({ f, key, value }: Invocation, reply: Reply | undefined): void {
    const slot = this.#slots.find((one) => String(one.key) === key);
    if (slot === undefined) return;
    if (f === "read") slot.latest = reply?.value ?? slot.latest;
    else if (f === "write") slot.latest = value;
    else if (reply?.result === true) slot.latest = (value as readonly Json[])[1] as Json;
  }
}

const readOf = (key: number): Invocation => ({
  f: "read",
  key: String(key),
  value: null,
  object: "register",
});
