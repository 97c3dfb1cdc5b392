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

/** Elements of sets: known, in none of the last reads, and in every execution the last thing done to it was to add it. */
export function lostElements(operations: readonly Operation[], nodes: readonly string[]): Json[] {
  return keysOf(operations).flatMap((ofKey) => {
    const round = lastRoundOf(ofKey, nodes);
    if (round === undefined) return [];
    return elementsOf(ofKey).filter(
      (element) =>
        knownBefore(element, Number.POSITIVE_INFINITY, ofKey) &&
        round.every((read) => !contains(read, element)) &&
        endsAdded(element, ofKey),
    );
  });
}

/**
 * Whether in every execution an element is in the end. Effects lie inside the intervals; what saw the element came after some
 * add of it; nothing else follows from what was seen, for replicas may be behind.
 */
function endsAdded(element: Json, operations: readonly Operation[]): boolean {
  const updates = operations.filter(
    (one) => (isAdd(one) || isRemove(one)) && one.value === element && one.status !== "fail",
  );
  const sightings = operations.filter(
    (one) => sees(one, element) && updates.some((add) => isAdd(add) && add.inv < one.ret),
  );
  const open = updates.filter(({ status }) => status === "info");
  const certain = updates.filter(({ status }) => status === "ok");
  const instants = (order: readonly Operation[]): number[] =>
    order.map((_, i) => Math.max(...order.slice(0, i + 1).map(({ inv }) => inv)));
  const isPossible = (order: readonly Operation[]): boolean => {
    const at = instants(order);
    return sightings.every(({ ret }) => order.some((one, i) => isAdd(one) && at[i]! < ret));
  };
  return subsetsOf(open)
    .flatMap((some) => permutationsOf([...certain, ...some]))
    .filter(isPossible)
    .every((order) => order.length > 0 && isAdd(order.at(-1)!));
}

const isAdd = ({ f, status, result }: Operation): boolean =>
  f === "add" && status !== "fail" && !(status === "ok" && result === false);

const isRemove = ({ f, status, result }: Operation): boolean =>
  f === "remove" && status !== "fail" && !(status === "ok" && result === false);

/** Reads, and adds that were refused because the element was there. */
const sees = (one: Operation, element: Json): boolean =>
  one.status === "ok" &&
  (one.f === "read"
    ? contains(one, element)
    : one.f === "add" && one.value === element && one.result === false);

/** Orders in which nothing comes before what had returned when it began. */
function permutationsOf(operations: readonly Operation[]): Operation[][] {
  if (operations.length === 0) return [[]];
  return operations
    .filter((first) => operations.every(({ ret }) => !(ret < first.inv)))
    .flatMap((first) =>
      permutationsOf(operations.filter((one) => one !== first)).map((order) => [first, ...order]),
    );
}

/** Reads during the run that lack an element known before they began, of those that nobody may have removed since. */
export function staleSetReads(operations: readonly Operation[]): Operation[] {
  return keysOf(operations).flatMap((ofKey) =>
    ofKey.filter(
      (read) =>
        read.f === "read" &&
        read.status === "ok" &&
        !read.final &&
        elementsOf(ofKey).some(
          (element) => !contains(read, element) && isKeptBefore(element, read.inv, ofKey),
        ),
    ),
  );
}

/** Whether an element was known before `time`, and all removes of it had returned before what made it known began. */
function isKeptBefore(element: Json, time: number, operations: readonly Operation[]): boolean {
  const removes = operations.filter((one) => isRemove(one) && one.value === element);
  const isAfter = (one: Operation): boolean => removes.every(({ ret }) => ret < one.inv);
  const adds = operations.filter((one) => isAdd(one) && one.value === element);
  if (adds.some((add) => add.status === "ok" && add.ret < time && isAfter(add))) return true;
  return (
    adds.every(isAfter) &&
    operations.some((one) => sees(one, element) && one.ret < time && adds.some(({ inv }) => inv < one.ret))
  );
}

/** Elements of reads during the run that nobody can have added by then: ever, or only too late. */
export function unexpectedElements(operations: readonly Operation[]): Record<string, number> {
  const counts = { "unexpected-element": 0, "future-read": 0 };
  for (const read of operations.filter(({ f, status, final }) => f === "read" && status === "ok" && !final)) {
    for (const element of new Set((read.value ?? []) as readonly Json[])) {
      const adds = operations.filter((one) => one.key === read.key && isAdd(one) && one.value === element);
      if (adds.length === 0) counts["unexpected-element"]++;
      else if (adds.every(({ inv }) => inv > read.ret)) counts["future-read"]++;
    }
  }
  return counts;
}

const contains = ({ value }: Operation, element: Json): boolean =>
  Array.isArray(value) && value.includes(element);

const elementsOf = (operations: readonly Operation[]): Json[] => [
  ...new Set(operations.filter(({ f }) => f === "add").map(({ value }) => value)),
];

/** Whether an add was acknowledged, or something saw the element after its add began, before `time`. */
function knownBefore(element: Json, time: number, operations: readonly Operation[]): boolean {
  const adds = operations.filter((one) => isAdd(one) && one.value === element);
  if (adds.some(({ status, ret }) => status === "ok" && ret < time)) return true;
  return operations.some(
    (one) => sees(one, element) && one.ret < time && adds.some(({ inv }) => inv < one.ret),
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
