import type { Json } from "#core/json";
import type { Operation } from "../operations.ts";

/**
 * Whether an element of a queue – in whatever order it hands them out, and however often – was lost for certain: its enqueue
 * was acknowledged, an operation that began afterwards found the queue empty, and no dequeue can have taken it out. Decided
 * by trying to find a dequeue of its own for every element that must have come out.
 */
export function isElementLost(operations: readonly Operation[]): boolean {
  return [...Map.groupBy(operations, ({ key }) => key).values()].some((ofKey) => !allTakenOut(ofKey));
}

function allTakenOut(operations: readonly Operation[]): boolean {
  const emptied = Math.max(
    ...operations
      .filter(({ f, status, value }) => f === "dequeue" && status === "ok" && value === null)
      .map(({ inv }) => inv),
  );
  const gone = operations.filter(
    ({ f, status, ret, result }) => f === "enqueue" && status === "ok" && result !== false && ret < emptied,
  );
  const takers = operations.filter(
    ({ f, status, value }) => f === "dequeue" && (status === "info" || (status === "ok" && value !== null)),
  );
  return canMatch(gone, takers);
}

function canMatch(elements: readonly Operation[], takers: readonly Operation[]): boolean {
  const [first, ...rest] = elements;
  if (first === undefined) return true;
  return takers.some(
    (taker) =>
      mayTake(taker, first) &&
      canMatch(
        rest,
        takers.filter((other) => other !== taker),
      ),
  );
}

const mayTake = ({ status, value, ret }: Operation, element: Operation): boolean =>
  status === "info" || (value === (element.value as Json) && ret > element.inv);
