import { z } from "zod";
import type { Generator, GeneratorContext } from "#core/generator";
import type { Invocation } from "#core/operation";
import type { Workload, WorkloadRun } from "#core/workload";
import { mix } from "../harness/generators/mix.ts";

const optionsSchema = z.object({
  keysPerClient: z.int().min(1).default(2).describe("keys that each client writes and nobody else does"),
  writeRatio: z.number().min(0).max(1).default(0.5).describe("share of operations that are writes"),
  valueSize: z.int().min(0).default(0).describe("bytes of each value; 0: a plain number"),
});
type Options = z.infer<typeof optionsSchema>;

/**
 * Every key has one writer, who writes growing values; everybody reads any key. So the version order is known, and each
 * read tells exactly how far behind it is. After an indefinite write the writer is a new process and takes new keys: the
 * old ones would have an unknown order.
 */
export const session: Workload<Options> = {
  name: "session",
  summary: "registers with one writer each and growing values: session guarantees, staleness, lost writes",
  options: optionsSchema,
  objects: [
    {
      keys: "*",
      type: "register",
      initial: null,
      order: "single-writer",
      uniqueWrites: true,
      siblings: false,
    },
  ],
  models: ["linearizable", "read-your-writes", "monotonic-reads", "no-lost-writes", "convergence"],
  create: ({ options }) => new SessionRun(options),
};

/** The keys a process writes, and the last value of each. */
interface Owned {
  readonly process: number;
  readonly keys: readonly string[];
  readonly last: number[];
}

/** Reads of own keys show read-your-writes, reads of others' keys monotonic reads and staleness: half and half. */
const OWN_KEY_READS = 0.5;

class SessionRun implements WorkloadRun {
  readonly generator: Generator;
  readonly #options: Options;
  /** By worker: what its current process owns. */
  readonly #owned: Owned[] = [];
  readonly #written: string[] = [];
  readonly #writtenSet = new Set<string>();
  readonly #padding: string;

  constructor(options: Options) {
    this.#options = options;
    this.#padding = "x".repeat(options.valueSize);
    this.generator = mix([
      { weight: options.writeRatio, source: { next: (context) => this.#write(context) } },
      { weight: 1 - options.writeRatio, source: { next: (context) => this.#read(context) } },
    ]);
  }

  finalReads(): readonly Invocation[] {
    return this.#written.map((key) => ({ f: "read", key, value: null, object: "register" }));
  }

  #write(context: GeneratorContext): Invocation {
    const owned = this.#ownedBy(context);
    const slot = context.random.int(owned.keys.length);
    const key = owned.keys[slot] as string;
    const version = (owned.last[slot] = (owned.last[slot] ?? 0) + 1);
    if (version === 1 && !this.#writtenSet.has(key)) {
      this.#writtenSet.add(key);
      this.#written.push(key);
    }
    return { f: "write", key, value: this.#value(version), object: "register" };
  }

  #read(context: GeneratorContext): Invocation {
    const own = this.#ownedBy(context);
    const owner = context.random.chance(OWN_KEY_READS) ? own : context.random.pick(this.#owned);
    return { f: "read", key: context.random.pick((owner ?? own).keys), value: null, object: "register" };
  }

  #value(version: number): number | string {
    const { valueSize } = this.#options;
    return valueSize === 0
      ? version
      : `${version}.${this.#padding}`.slice(0, Math.max(valueSize, `${version}.`.length));
  }

  #ownedBy({ process, worker }: GeneratorContext): Owned {
    let owned = this.#owned[worker];
    if (owned?.process !== process) {
      const keys = Array.from({ length: this.#options.keysPerClient }, (_, i) => `k${process}-${i}`);
      owned = { process, keys, last: keys.map(() => 0) };
      this.#owned[worker] = owned;
    }
    return owned;
  }
}
