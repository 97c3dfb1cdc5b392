import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";

/** The states an operation may leave, given the state before it; none if it could not have answered so. */
export type Effect = (operation: Operation, state: Json) => readonly Json[];

/**
 * Whether the operations on one object can be put in one order, each at an instant of its interval, that explains every
 * answer. By trying all orders: Herlihy and Wing 1990, word for word.
 */
export const isLinearizableObject = (
  operations: readonly Operation[],
  effect: Effect,
  initial: Json,
): boolean => isOrderable(operations, effect, initial, (one, other) => one.ret < other.inv);

/** The same where only the order of each session counts: Lamport 1979. */
export const isSequentialObject = (
  operations: readonly Operation[],
  effect: Effect,
  initial: Json,
): boolean =>
  isOrderable(
    operations,
    effect,
    initial,
    (one, other) => one.session === other.session && one.ret < other.inv,
  );

function isOrderable(
  operations: readonly Operation[],
  effect: Effect,
  initial: Json,
  mustPrecede: (one: Operation, other: Operation) => boolean,
): boolean {
  const counted = operations.filter(({ status, final }) => !final && status !== "fail").flatMap(dequeuesOf);
  const dead = new Set<string>();
  const search = (done: number, state: Json): boolean => {
    if (counted.every(({ status }, i) => status !== "ok" || (done & (1 << i)) !== 0)) return true;
    const situation = `${done}/${JSON.stringify(state)}`;
    if (dead.has(situation)) return false;
    const found = counted.some((operation, i) => {
      if ((done & (1 << i)) !== 0) return false;
      const isFirst = (other: Part): boolean =>
        mustPrecede(other, operation) || isListedFirst(other, operation);
      if (counted.some((other, j) => (done & (1 << j)) === 0 && isFirst(other))) return false;
      return effect(operation, state).some((next) => search(done | (1 << i), next));
    });
    if (!found) dead.add(situation);
    return found;
  };
  return search(0, initial);
}

/** An operation, or one of the dequeues that a drain is made of. */
interface Part extends Operation {
  readonly drain?: Operation;
  readonly place?: number;
}

/** Jepsen's drain: a client dequeues again and again until it is told that nothing is there. */
function dequeuesOf(operation: Operation): Part[] {
  if (operation.f !== "drain" || operation.status !== "ok") return [operation];
  const taken = [...((operation.value ?? []) as readonly Json[]), null];
  return taken.map((value, place) => ({ ...operation, f: "dequeue", value, drain: operation, place }));
}

const isListedFirst = (one: Part, other: Part): boolean =>
  one.drain !== undefined && one.drain === other.drain && one.place! < other.place!;

export const setEffect: Effect = ({ f, value, status, result }, state) => {
  const before = state as readonly Json[];
  const isIn = before.includes(value);
  const rest = before.filter((element) => element !== value);
  const isRefused = status === "ok" && result === false;
  switch (f) {
    case "add":
      if (isRefused) return isIn ? [state] : [];
      return [[...rest, value].sort()];
    case "remove":
      if (isRefused) return isIn ? [] : [state];
      return [rest];
    case "contains":
      return status !== "ok" || isIn === result ? [state] : [];
    default: {
      const shown = new Set((value ?? []) as readonly Json[]);
      const isSame = shown.size === before.length && before.every((element) => shown.has(element));
      return status !== "ok" || isSame ? [state] : [];
    }
  }
};

export const listEffect: Effect = ({ f, value, status }, state) => {
  const elements = state as readonly Json[];
  if (f === "append") return [[...elements, value]];
  return status !== "ok" || JSON.stringify(value ?? []) === JSON.stringify(state) ? [state] : [];
};

export const queueEffect: Effect = ({ f, value, status }, state) => {
  const elements = state as readonly Json[];
  if (f === "enqueue") return [[...elements, value]];
  const [first = null, ...rest] = elements;
  return status !== "ok" || first === value ? [rest] : [];
};

export const stackEffect: Effect = ({ f, value, status }, state) => {
  const elements = state as readonly Json[];
  if (f === "push") return [[...elements, value]];
  const top = elements.at(-1) ?? null;
  return status !== "ok" || top === value ? [elements.slice(0, -1)] : [];
};

export const counterEffect: Effect = ({ f, value, status }, state) => {
  if (f === "increment") return [(state as number) + (value as number)];
  return status !== "ok" || (value ?? 0) === state ? [state] : [];
};

/** A text: `append` adds to its end. Nothing at all is the empty text. */
export const textEffect: Effect = ({ f, value, status }, state) => {
  if (f === "append") return [`${String(state)}${String(value)}`];
  if (f === "write") return [value];
  return status !== "ok" || (value ?? "") === state ? [state] : [];
};

/** The state: who holds the lock, and the last token given. */
export const lockEffect: Effect = ({ f, session, value, status, result }, state) => {
  const [owner, token] = state as readonly [number | null, number];
  const isSure = status === "ok";
  if (f === "release") {
    if (owner === session) return [[null, token]];
    return isSure ? [] : [state];
  }
  if (isSure && result === false) return owner === null ? [] : [state];
  if (owner !== null) return isSure ? [] : [state];
  const given = value as number | null;
  if (given !== null && given <= token) return [];
  return [[session, given ?? token]];
};
