import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";
import { subsetsOf } from "./subsets.ts";

const isTaker = ({ f, status }: Operation): boolean =>
  (f === "dequeue" || f === "pop" || f === "drain") && status !== "fail";

const isPut = ({ f, status, result }: Operation): boolean =>
  (f === "enqueue" || f === "push") && status !== "fail" && !(status === "ok" && result === false);

const isAcknowledged = (one: Operation): boolean => isPut(one) && one.status === "ok";

const isEmpty = (one: Operation): boolean =>
  isTaker(one) && one.status === "ok" && (one.f === "drain" || one.value === null);

const takenBy = ({ value }: Operation): readonly Json[] =>
  Array.isArray(value) ? (value as Json[]) : value === null ? [] : [value];

/** A place in what came out that one element may have taken. */
type Room = (element: Operation) => boolean;

/** What came out, once for each time: whatever returned only after an element began to go in may have taken it. */
const toldRooms = (operations: readonly Operation[]): Room[] =>
  operations
    .filter((one) => isTaker(one) && one.status === "ok")
    .flatMap((one) =>
      takenBy(one).map((taken) => (element: Operation) => element.value === taken && one.ret > element.inv),
    );

/** Anything may have been taken by indefinite operations that began before the end: one element, by a drain all. */
const openRooms = (operations: readonly Operation[], end: number, count: number): Room[] =>
  operations
    .filter((one) => isTaker(one) && one.status === "info" && one.inv < end)
    .flatMap(({ f }) => Array.from({ length: f === "drain" ? count : 1 }, () => () => true));

/** How many elements find no room of their own: the largest deficiency of any set of them (Hall 1935, Ore 1955). */
const deficiency = (elements: readonly Operation[], rooms: readonly Room[]): number =>
  Math.max(
    ...subsetsOf(elements).map(
      (some) => some.length - rooms.filter((room) => some.some((element) => room(element))).length,
    ),
  );

/**
 * How many acknowledged elements of one queue or stack are lost at least: those that cannot all have been taken out by
 * somebody. Undefined where it was not empty after them all: some node that handed out elements, or nothing, did not say
 * last that it had none left.
 */
export function lostFromQueue(operations: readonly Operation[]): number | undefined {
  const acknowledged = operations.filter(isAcknowledged);
  const answers = operations.filter((one) => isTaker(one) && one.status === "ok");
  const nodes = [...new Set(answers.map(({ node }) => node))];
  const empties = nodes.map((node) =>
    answers
      .filter((one) => one.node === node && isEmpty(one))
      .toSorted((a, b) => a.inv - b.inv)
      .at(-1),
  );
  const isDrained = empties.every(
    (empty) => empty !== undefined && acknowledged.every(({ ret }) => ret < empty.inv),
  );
  if (nodes.length === 0 || !isDrained) return undefined;
  const end = Math.max(...empties.map((empty) => empty!.ret));
  const rooms = [...toldRooms(operations), ...openRooms(operations, end, acknowledged.length)];
  return deficiency(acknowledged, rooms);
}

/** Whether every acknowledged element of one queue or stack came out, by what was told to have come out. */
export const cameOut = (operations: readonly Operation[]): boolean =>
  deficiency(operations.filter(isAcknowledged), toldRooms(operations)) === 0;

/** Values that came out of one queue or stack although nobody can have put them in. */
export function unexpectedIn(operations: readonly Operation[]): Json[] {
  const taken = operations
    .filter((one) => isTaker(one) && one.status === "ok" && !one.final)
    .flatMap(takenBy);
  return [...new Set(taken)].filter((value) => !operations.some((one) => isPut(one) && one.value === value));
}
