import type { Json } from "#core/json";
import type { Invocation, ObjectType } from "#core/operation";
import type { Workload } from "#core/workload";

/** The smallest thing that a workload's clients can do to the store and see again. */
export interface Probe {
  readonly workload: string;
  readonly object: ObjectType | "transaction";
  /** An update whose effect can be told from every other one's by `element`. */
  write(key: string, element: number): Invocation;
  read(key: string): Invocation;
  /** Whether the reply of `read` shows the update. */
  shows(value: Json | undefined, element: number): boolean;
}

type Forms = Omit<Probe, "workload" | "object">;

/** Elements are large numbers that occur in nothing else. */
const contains = (value: Json | undefined, element: number): boolean =>
  JSON.stringify(value ?? null).includes(String(element));

const forms = (
  object: ObjectType,
  write: Invocation["f"],
  read: Invocation["f"],
  shows: Forms["shows"] = contains,
): Forms => ({
  write: (key, value) => ({ f: write, key, value, object }),
  read: (key) => ({ f: read, key, value: null, object }),
  shows,
});

const BY_OBJECT: Readonly<Partial<Record<ObjectType, Forms>>> = {
  register: forms("register", "write", "read"),
  set: forms("set", "add", "read"),
  list: forms("list", "append", "read"),
  counter: forms("counter", "increment", "read", (value, element) => Number(value) >= element),
  queue: forms("queue", "enqueue", "dequeue"),
  stack: forms("stack", "push", "pop"),
  log: forms("log", "send", "poll"),
};

const transaction = (write: "append" | "w"): Forms => ({
  write: (key, element) => ({ f: "txn", value: [[write, key, element]] }),
  read: (key) => ({ f: "txn", value: [["r", key, null]] }),
  shows: contains,
});

const TRANSACTIONS: Readonly<Record<string, Forms>> = {
  "txn-list-append": transaction("append"),
  "txn-rw-register": transaction("w"),
};

/** One probe for each kind of object that these workloads use; none for kinds that cannot be tried one operation at a time. */
export function probesOf(workloads: readonly Workload[]): Probe[] {
  const probes = new Map<string, Probe>();
  for (const { name, objects } of workloads) {
    const type = objects[0]?.type;
    const found = type === undefined ? TRANSACTIONS[name] : BY_OBJECT[type];
    const object = type ?? "transaction";
    if (found !== undefined && !probes.has(object)) probes.set(object, { ...found, workload: name, object });
  }
  return [...probes.values()];
}
