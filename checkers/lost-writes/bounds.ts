import { type History, NONE, STATUS } from "#core/history";
import { isFinal, readBy } from "../registers/access.ts";
import { registerValues } from "../registers/register-values.ts";
import { versionOrders } from "../registers/version-order.ts";

/** What is certain of the order in which versions came to be: u precedes w if `upper[u] < lower[w]`. By value id. */
export interface Bounds {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** The first operation to return that wrote or read the value, or NONE. */
  readonly earliestRow: Int32Array;
  /** By key id: why nothing is certain. */
  readonly problems: ReadonlyMap<number, string>;
  /** Keys whose versions are ordered by time alone. */
  readonly timed: ReadonlySet<number>;
  /** Keys whose last writer wins by timestamps that nobody was told. */
  readonly stamped: ReadonlySet<number>;
}

/**
 * The known version order; where there is none, real time: a value that somebody had written or read before a write began
 * came to be before it, if effects lie inside their intervals. A register whose last writer wins goes by timestamps instead,
 * which the `lww` checker judges.
 */
export function boundsOf(history: History): Bounds {
  const orders = versionOrders(history);
  const { earliestRow } = registerValues(history);
  const stamped = new Set([...orders.orderless].filter((key) => history.objectOf(key).crdt === "lww"));
  const timed = orders.orderless.difference(stamped);
  if (timed.size === 0) return { ...orders, earliestRow, timed, stamped };
  const bounds = {
    upper: orders.upper.slice(),
    lower: orders.lower.slice(),
    earliestRow: earliestRow.slice(),
    problems: new Map([...orders.problems].filter(([key]) => !timed.has(key))),
    timed,
    stamped,
  };
  placeByTime(history, bounds);
  return bounds;
}

function placeByTime(history: History, { upper, lower, earliestRow, timed }: Bounds): void {
  const { writer, earliest } = registerValues(history);
  for (let value = 0; value < history.valueCount; value++) {
    if (writer[value]! < 0 || !timed.has(history.keyOfValue(value))) continue;
    upper[value] = earliest[value]!;
    lower[value] = history.invRank[writer[value]!]!;
  }
  // The first reads after healing are as good as any before: only consistency models have no use for them.
  for (let row = 0; row < history.length; row++) {
    if (!isFinal(history, row) || history.status[row] !== STATUS.ok || !timed.has(history.key[row]!))
      continue;
    const value = readBy(history, row);
    const from = value < 0 ? NONE : writer[value]!;
    if (from < 0 || history.retRank[row]! < history.invRank[from]!) continue;
    if (history.retRank[row]! >= upper[value]!) continue;
    upper[value] = history.retRank[row]!;
    earliestRow[value] = row;
  }
}
