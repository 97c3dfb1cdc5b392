import type { Budget } from "#core/budget";
import { FLAG, type History } from "#core/history";
import { endOf } from "../words.ts";
import { type Elements, knownAt } from "./elements.ts";

/** A read that lacks elements known before it began; `element` is the one known for longest. */
export interface StaleRead {
  readonly row: number;
  readonly element: number;
  /** Nanoseconds from when the element was known to the beginning of the read. */
  readonly behind: number;
  readonly missing: number;
}

export interface StaleReads {
  /** Reads during the run, final ones left out. */
  readonly reads: readonly StaleRead[];
  /** By value id: latest start of a read, also a final one, that should have contained it and does not; −∞: none. */
  readonly lastAbsent: Float64Array;
}

/**
 * O(elements read), plus the known elements of each stale read's key. `isLost`: by value id, 1 for what no node has in the
 * end. `measured` gets each read outside the final phase with how long it was behind what nodes do have.
 */
export function findStaleReads(
  history: History,
  elements: Elements,
  budget: Budget,
  {
    isLost,
    measured,
  }: { readonly isLost: Uint8Array; readonly measured: (row: number, behind: number) => void },
): StaleReads {
  const lastAbsent = new Float64Array(history.valueCount).fill(Number.NEGATIVE_INFINITY);
  const seenIn = new Int32Array(history.valueCount).fill(-1);
  const isDurable = new Uint8Array(history.valueCount);
  for (const element of elements.durable.rows) isDurable[element] = 1;
  const reads: StaleRead[] = [];
  for (const row of elements.reads) {
    const durable = durableOf(elements, history.key[row]!);
    const began = history.invRank[row]!;
    const expected = countKnownBefore(history, elements, durable, began);
    let found = 0;
    for (const element of history.elementsOf(row)) {
      budget.tick();
      if (seenIn[element] === row) continue;
      seenIn[element] = row;
      if (isDurable[element] === 1 && knownAt(history, elements, element) < began) found++;
    }
    const isRunning = (history.flags[row]! & FLAG.final) === 0;
    if (found === expected) {
      if (isRunning) measured(row, 0);
      continue;
    }
    const missing = durable.subarray(0, expected).filter((element) => seenIn[element] !== row);
    const start = history.invTime[row]!;
    for (const element of missing) lastAbsent[element] = Math.max(lastAbsent[element]!, start);
    const oldest = missing[0]!;
    const behind = start - endOf(history, elements.knownBy[oldest]!);
    if (!isRunning) continue;
    reads.push({ row, element: oldest, behind, missing: missing.length });
    const late = missing.find((element) => isLost[element] === 0);
    measured(row, late === undefined ? 0 : start - endOf(history, elements.knownBy[late]!));
  }
  return { reads, lastAbsent };
}

const durableOf = ({ durable: { start, rows } }: Elements, key: number): Int32Array =>
  rows.subarray(start[key], start[key + 1]);

/** How many of `durable`, in the order they became known, were known before `rank`. */
function countKnownBefore(history: History, elements: Elements, durable: Int32Array, rank: number): number {
  let low = 0;
  let high = durable.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (knownAt(history, elements, durable[middle]!) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
