import type { Json } from "#core/json";
import type { ObjectType, VersionOrder } from "#core/operation";
import type { Operation } from "../operations.ts";
import { subsetsOf } from "./subsets.ts";
import { certainlyBefore, executionsOf, readValue, writtenValue } from "./version-order.ts";

/** The last final read of a key on every node; undefined if one of them is missing or failed. */
export function lastRoundOf(
  operations: readonly Operation[],
  nodes: readonly string[],
): Operation[] | undefined {
  const last = nodes.map((node) =>
    operations
      .filter((operation) => operation.final && operation.node === node)
      .toSorted((a, b) => a.inv - b.inv)
      .at(-1),
  );
  const answered = last.filter((read) => read?.status === "ok") as Operation[];
  return answered.length === nodes.length ? answered : undefined;
}

const keysOf = (operations: readonly Operation[]): Operation[][] => [
  ...Map.groupBy(operations, ({ key }) => key).values(),
];

/**
 * Values of registers that are lost: acknowledged or read by somebody, and every last read on every node returns a version
 * that precedes them in every execution.
 */
export function lostValues(
  operations: readonly Operation[],
  nodes: readonly string[],
  order: VersionOrder,
): Json[] {
  return keysOf(operations).flatMap((ofKey) => {
    const round = lastRoundOf(ofKey, nodes);
    if (round === undefined) return [];
    // In the end every read counts as evidence of what was written.
    const before = certainlyBefore(
      ofKey.map((operation) => ({ ...operation, final: false })),
      order,
    );
    const read = new Set(ofKey.flatMap((operation) => readValue(operation)?.value ?? []));
    return ofKey
      .filter(
        (write) => writtenValue(write) !== undefined && (write.status === "ok" || read.has(write.value)),
      )
      .filter((write) => round.every(({ value }) => isWritten(value, ofKey) && before(value, write.value)))
      .map(({ value }) => value);
  });
}

const isWritten = (value: Json, operations: readonly Operation[]): boolean =>
  value === null || operations.some((operation) => writtenValue(operation) === value);

/**
 * Writes and deletions of registers that are lost, by time alone: acknowledged or read by somebody, and in no execution, whose
 * effects all lie inside their intervals, does a last read return what came to be with them or after them. Reads are as weak as can be.
 */
export function lostInTime(operations: readonly Operation[], nodes: readonly string[]): Operation[] {
  return keysOf(operations).flatMap((ofKey) => {
    const round = lastRoundOf(ofKey, nodes);
    if (round === undefined || !round.every(({ value }) => isWritten(value, ofKey))) return [];
    const all = ofKey.map((operation) => ({ ...operation, final: false }));
    const read = new Set(all.flatMap((operation) => readValue(operation)?.value ?? []));
    const updates = all.filter(
      (one) => writtenValue(one) !== undefined || (one.f === "delete" && one.status !== "fail"),
    );
    const known = updates.filter((one) => one.status === "ok" || read.has(one.value));
    const open = updates.filter((one) => one.f === "delete" && one.status !== "ok");
    const executions = subsetsOf(open).flatMap((some) => executionsOf([...known, ...some], all));
    const isSeen = (order: readonly Operation[], write: Operation): boolean =>
      order.slice(order.indexOf(write)).some((later) => round.some(({ value }) => value === later.value));
    return known.filter((write) => !executions.some((order) => isSeen(order, write)));
  });
}

/** Elements of sets: known, never removed, and in none of the last reads. */
export function lostElements(operations: readonly Operation[], nodes: readonly string[]): Json[] {
  return keysOf(operations).flatMap((ofKey) => {
    const round = lastRoundOf(ofKey, nodes);
    if (round === undefined) return [];
    return elementsOf(ofKey).filter(
      (element) =>
        knownBefore(element, Number.POSITIVE_INFINITY, ofKey) &&
        !ofKey.some(({ f, value, status }) => f === "remove" && value === element && status !== "fail") &&
        round.every((read) => !contains(read, element)),
    );
  });
}

/** Reads during the run that lack an element known before they began. */
export function staleSetReads(operations: readonly Operation[]): Operation[] {
  return keysOf(operations).flatMap((ofKey) =>
    ofKey.filter(
      (read) =>
        read.f === "read" &&
        read.status === "ok" &&
        !read.final &&
        elementsOf(ofKey).some(
          (element) =>
            !contains(read, element) &&
            knownBefore(element, read.inv, ofKey) &&
            !ofKey.some(({ f, value, status }) => f === "remove" && value === element && status !== "fail"),
        ),
    ),
  );
}

const contains = ({ value }: Operation, element: Json): boolean =>
  Array.isArray(value) && value.includes(element);

const elementsOf = (operations: readonly Operation[]): Json[] => [
  ...new Set(operations.filter(({ f }) => f === "add").map(({ value }) => value)),
];

/** Whether an add was acknowledged, or a read contained the element after its add began, before `time`. */
function knownBefore(element: Json, time: number, operations: readonly Operation[]): boolean {
  const adds = operations.filter(
    ({ f, value, status }) => f === "add" && value === element && status !== "fail",
  );
  if (adds.some(({ status, ret }) => status === "ok" && ret < time)) return true;
  return operations.some(
    (read) =>
      read.f === "read" &&
      read.status === "ok" &&
      read.ret < time &&
      contains(read, element) &&
      adds.some(({ inv }) => inv < read.ret),
  );
}

/** Keys of which two last reads differ: of sets in their elements, of lists and texts in their order as well. */
export function divergedKeys(
  operations: readonly Operation[],
  nodes: readonly string[],
  type: ObjectType = "register",
): string[] {
  const shown = ({ value }: Operation): string => {
    if (type === "counter") return JSON.stringify(value ?? 0);
    return JSON.stringify(type === "set" && Array.isArray(value) ? value.toSorted() : value);
  };
  return keysOf(operations)
    .filter((ofKey) => {
      const last = nodes.flatMap((node) => lastRoundOf(ofKey, [node]) ?? []);
      return new Set(last.map(shown)).size > 1;
    })
    .map(([operation]) => operation!.key);
}
