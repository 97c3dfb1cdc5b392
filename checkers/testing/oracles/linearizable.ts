import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";

/**
 * Whether the operations on one register can be put in one order, each at an instant of its interval, such that every read
 * returns what was written last. By trying all orders: Herlihy and Wing 1990, word for word.
 */
export function isLinearizable(operations: readonly Operation[], initial: Json = null): boolean {
  const counted = operations.filter(
    ({ status, f, final }) => !final && status !== "fail" && (status === "ok" || f !== "read"),
  );
  const dead = new Set<string>();
  const search = (done: number, state: Json): boolean => {
    if (counted.every(({ status }, i) => status !== "ok" || (done & (1 << i)) !== 0)) return true;
    const situation = `${done}/${JSON.stringify(state)}`;
    if (dead.has(situation)) return false;
    const found = counted.some((operation, i) => {
      if ((done & (1 << i)) !== 0) return false;
      const mustWait = counted.some((other, j) => (done & (1 << j)) === 0 && other.ret < operation.inv);
      const next = mustWait ? undefined : stateAfter(operation, state);
      return next !== undefined && search(done | (1 << i), next);
    });
    if (!found) dead.add(situation);
    return found;
  };
  return search(0, initial);
}

/** The state of the register after an operation; undefined if the operation could not have answered so. */
function stateAfter(operation: Operation, state: Json): Json | undefined {
  const { f, value, expected = null, status, result, observed } = operation;
  switch (f) {
    case "read":
      return value === state ? state : undefined;
    case "write":
      return value;
    case "delete":
      return null;
    case "cas":
      if (status === "ok" && result === false) {
        const told = observed === undefined || observed === state;
        return told && state !== expected ? state : undefined;
      }
      return state === expected ? value : status === "info" ? state : undefined;
    default:
      throw new Error(`not an operation on a register: ${f}`);
  }
}
