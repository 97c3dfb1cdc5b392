import type { Operation } from "../operations.ts";

/** Whether operations on one set can be put in one order, each inside its interval, that explains every read. */
export function isLinearizableSet(operations: readonly Operation[]): boolean {
  const counted = operations.filter(
    ({ status, f, final }) => !final && status !== "fail" && (status === "ok" || f !== "read"),
  );
  const dead = new Set<string>();
  const search = (done: number, state: ReadonlySet<unknown>): boolean => {
    if (counted.every(({ status }, i) => status !== "ok" || (done & (1 << i)) !== 0)) return true;
    const situation = `${done}/${[...state].sort().join()}`;
    if (dead.has(situation)) return false;
    const found = counted.some((operation, i) => {
      if ((done & (1 << i)) !== 0) return false;
      if (counted.some((other, j) => (done & (1 << j)) === 0 && other.ret < operation.inv)) return false;
      const next = stateAfter(operation, state);
      return next !== undefined && search(done | (1 << i), next);
    });
    if (!found) dead.add(situation);
    return found;
  };
  return search(0, new Set());
}

function stateAfter(
  { f, value, status, result }: Operation,
  state: ReadonlySet<unknown>,
): ReadonlySet<unknown> | undefined {
  const isRefused = f !== "read" && status === "ok" && result === false;
  if (isRefused) return state.has(value) === (f === "add") ? state : undefined;
  if (f === "add") return new Set([...state, value]);
  if (f === "remove") return new Set([...state].filter((element) => element !== value));
  const shown = new Set(Array.isArray(value) ? (value as unknown[]) : []);
  return shown.size === state.size && [...shown].every((element) => state.has(element)) ? state : undefined;
}
