import type { OperationFunction } from "./functions.ts";
import type { HistoryHeader, ObjectSpec, ObjectType } from "./operation.ts";

/** What holds of a key when no header says it. */
export const inferredSpec = (type: ObjectType, keys = "*"): ObjectSpec => ({
  keys,
  type,
  initial: null,
  order: "unknown",
  uniqueWrites: false,
  siblings: false,
});

/** Finds the first header entry whose pattern matches a key. */
export class SpecMatcher {
  readonly #entries: readonly { spec: ObjectSpec; pattern: RegExp }[];

  constructor(header: HistoryHeader) {
    this.#entries = header.objects.map((spec) => ({ spec, pattern: patternOf(spec.keys) }));
  }

  match(key: string): ObjectSpec | undefined {
    return this.#entries.find(({ pattern }) => pattern.test(key))?.spec;
  }
}

/** `*` matches any run of characters, everything else itself. */
const patternOf = (keys: string): RegExp => new RegExp(`^${keys.split("*").map(escaped).join(".*")}$`, "s");

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The type that an operation works on; `read` alone tells nothing. */
export const TYPE_OF_FUNCTION: Readonly<Partial<Record<OperationFunction, ObjectType>>> = {
  write: "register",
  delete: "register",
  cas: "register",
  append: "list",
  add: "set",
  remove: "set",
  contains: "set",
  increment: "counter",
  insert: "text",
  erase: "text",
  enqueue: "queue",
  dequeue: "queue",
  drain: "queue",
  push: "stack",
  pop: "stack",
  send: "log",
  poll: "log",
  acquire: "lock",
  release: "lock",
  "guarded-write": "lock",
};

/** Functions whose value is known when they are invoked. The others learn it from their completion. */
export const VALUE_AT_INVOCATION: ReadonlySet<OperationFunction> = new Set<OperationFunction>([
  "write",
  "delete",
  "cas",
  "append",
  "add",
  "remove",
  "contains",
  "increment",
  "insert",
  "erase",
  "enqueue",
  "push",
  "send",
  "guarded-write",
  "transfer",
  "broadcast",
  "txn",
  "echo",
]);

/** Functions that work on no single key. */
export const KEYLESS: ReadonlySet<OperationFunction> = new Set<OperationFunction>([
  "transfer",
  "generate",
  "broadcast",
  "txn",
  "echo",
]);
