import type { OperationFunction } from "#core/functions";
import { EventProblem } from "#core/raw-event";

/** What a mapping may make of an operation: a function of ours, or nothing. */
export type MappedFunction = OperationFunction | "skip";

/** Functions whose name and values mean the same to Jepsen's tests as to us. */
const SAME: readonly OperationFunction[] = [
  "write",
  "read",
  "cas",
  "append",
  "add",
  "remove",
  "increment",
  "enqueue",
  "dequeue",
  "drain",
  "acquire",
  "release",
  "transfer",
  "generate",
  "txn",
  "delete",
];

/** Other names for them that recorders use. */
const ALIASES: Readonly<Record<string, OperationFunction>> = {
  get: "read",
  r: "read",
  put: "write",
  w: "write",
  "compare-and-set": "cas",
  inc: "increment",
  dec: "increment",
  decrement: "increment",
  lock: "acquire",
  unlock: "release",
  // Messages that every node is to know, read back whole: a set that grows.
  broadcast: "add",
};

/** Names of operations that count down: their values change sign. */
export const COUNTS_DOWN: ReadonlySet<string> = new Set(["dec", "decrement"]);

/** Finds the function that a recorder's name stands for. */
export class FunctionNames {
  readonly #known = new Map<string, MappedFunction>();

  /** `mapped`: what a user's mapping says; it goes first. `known`: names that need no mapping. */
  constructor(
    mapped: Readonly<Record<string, MappedFunction>> = {},
    known: readonly OperationFunction[] = SAME,
  ) {
    for (const [name, f] of Object.entries(ALIASES)) this.#known.set(name, f);
    for (const f of known) this.#known.set(f, f);
    for (const [name, f] of Object.entries(mapped)) this.#known.set(name, f);
  }

  /** @throws EventProblem */
  find(name: string): MappedFunction {
    const f = this.#known.get(name) ?? this.#known.get(name.toLowerCase());
    if (f !== undefined) return f;
    throw new EventProblem(
      "f",
      `one of ${[...this.#known.keys()].join(", ")}, but it is "${name}"; "functions" in a mapping file (--map file.json) can rename it, or "skip" it`,
    );
  }
}
