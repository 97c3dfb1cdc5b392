import type { Operation } from "../operations.ts";

const isTaker = ({ f, status }: Operation): boolean =>
  (f === "dequeue" || f === "drain") && status !== "fail";

const isEmpty = ({ f, value, status }: Operation): boolean =>
  status === "ok" && (f === "drain" || (f === "dequeue" && value === null));

const takenBy = ({ value }: Operation): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : value === null ? [] : [value];

/**
 * How many acknowledged elements of one queue are lost at least: those that cannot all have been taken out by somebody, an
 * indefinite dequeue taking any one, an indefinite drain any number. Undefined where the queue was not empty after them all:
 * some node that handed out elements, or nothing, did not say last that it had none left. By trying who took what.
 */
export function lostFromQueue(operations: readonly Operation[]): number | undefined {
  const acknowledged = operations.filter(({ f, status }) => f === "enqueue" && status === "ok");
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
  const takers = operations.filter((one) => isTaker(one) && (one.status === "ok" || one.inv < end));
  // Room of each taker: what it says it took, or anything.
  const rooms = takers.flatMap((one) =>
    one.status === "ok" ? takenBy(one) : one.f === "drain" ? acknowledged.map(() => ANYTHING) : [ANYTHING],
  );
  return (
    acknowledged.length -
    mostTaken(
      acknowledged.map(({ value }) => value),
      rooms,
    )
  );
}

const ANYTHING = Symbol("anything");

function mostTaken(elements: readonly unknown[], rooms: readonly unknown[]): number {
  const [first, ...rest] = elements;
  if (elements.length === 0) return 0;
  const without = mostTaken(rest, rooms);
  const choices = [rooms.indexOf(first), rooms.indexOf(ANYTHING)].filter((room) => room >= 0);
  return Math.max(without, ...choices.map((room) => 1 + mostTaken(rest, rooms.toSpliced(room, 1))));
}
