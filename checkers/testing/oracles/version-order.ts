import type { Json } from "#core/json";
import type { VersionOrder } from "#core/operation";
import type { Operation } from "../operations.ts";

/** Whether one version of a key precedes another in every execution that the history allows. */
export type CertainlyBefore = (older: Json, newer: Json) => boolean;

const written = ({ f, status, result }: Operation): boolean =>
  (f === "write" || (f === "cas" && result !== false)) && status !== "fail";

/** The value an operation read, if it read one. */
export function readValue(operation: Operation): { value: Json } | undefined {
  const { f, status, value, expected, result, observed } = operation;
  if (status !== "ok") return undefined;
  if (f === "read") return { value };
  if (f !== "cas") return undefined;
  if (result !== false) return { value: expected ?? null };
  return observed === undefined ? undefined : { value: observed };
}

export const writtenValue = (operation: Operation): Json | undefined =>
  written(operation) ? operation.value : undefined;

/** From the definitions, by trying every execution. `operations`: those of one key. */
export function certainlyBefore(operations: readonly Operation[], order: VersionOrder): CertainlyBefore {
  if (order === "value")
    return (older, newer) => newer !== null && (older === null || Number(older) < Number(newer));
  if (order === "version") return byVersion(operations);
  return byExecutions(operations);
}

function byVersion(operations: readonly Operation[]): CertainlyBefore {
  const versions = new Map<Json, number>();
  for (const operation of operations) {
    const value = writtenValue(operation) ?? readValue(operation)?.value;
    if (operation.status === "ok" && operation.version !== undefined && value !== undefined) {
      versions.set(value, Number(operation.version));
    }
  }
  return (older, newer) => newer !== null && (older === null || versions.get(older)! < versions.get(newer)!);
}

/**
 * Single writer. An execution is an order of the writes that happened – acknowledged, or read by somebody – in which a
 * write comes after those that its session had completed, and after those whose value somebody had read before it began.
 */
function byExecutions(operations: readonly Operation[]): CertainlyBefore {
  const reads = operations.filter(({ final }) => !final).flatMap((operation) => readValue(operation) ?? []);
  const writes = operations.filter(
    (write) => written(write) && (write.status === "ok" || reads.some(({ value }) => value === write.value)),
  );
  const executions = executionsOf(writes, operations);
  return (older, newer) => {
    if (newer === null || older === newer) return false;
    if (older === null) return true;
    return executions.every((order) => {
      const [i, j] = [older, newer].map((value) => order.findIndex((write) => write.value === value));
      return i! < 0 || j! < 0 || i! < j!;
    });
  };
}

/** Orders of writes in which each comes after those that were complete, or whose value was read, before it began. */
export function executionsOf(writes: readonly Operation[], operations: readonly Operation[]): Operation[][] {
  if (writes.length === 0) return [[]];
  const candidates = writes.filter((first) => writes.every((other) => !isForced(other, first, operations)));
  return candidates.flatMap((first) => {
    const rest = writes.filter((one) => one !== first);
    return executionsOf(rest, operations).map((order) => [first, ...order]);
  });
}

/** Whether `earlier` was complete, or its value read, before `later` began. */
function isForced(earlier: Operation, later: Operation, operations: readonly Operation[]): boolean {
  if (earlier.ret < later.inv) return true;
  // Null may be the initial state: reading it tells nothing of a deletion.
  if (earlier.value === null) return false;
  return operations.some(
    (operation) =>
      !operation.final &&
      readValue(operation)?.value === earlier.value &&
      operation.ret < later.inv &&
      operation.ret > earlier.inv,
  );
}
