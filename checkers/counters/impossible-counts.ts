import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { PossibleCounts } from "./sums.ts";
import type { Tally } from "./tallies.ts";

/** A read of a counter that no choice among its changes explains, in whatever order they came. */
export interface ImpossibleCount {
  /** `aborted-read`: changes that certainly failed would explain it; `future-read`: changes that began only later would. */
  readonly type: "impossible-count" | "aborted-read" | "future-read";
  readonly tally: Tally;
  readonly row: number;
  readonly count: number;
  /** What was possible: all changes counted, or for a future read those that had begun. */
  readonly least: number;
  readonly most: number;
}

export interface CountReads {
  readonly impossible: readonly ImpossibleCount[];
  /** By row of a read: whether some choice among the changes begun by then makes its count; undefined if nobody knows. */
  readonly explained: ReadonlyMap<number, boolean | undefined>;
}

/** O((changes + reads) · ranges of possible sums), besides sorting. */
export function countReads(history: History, tally: Tally, budget: Budget): CountReads {
  const { changes, failed, initial } = tally;
  const all = new PossibleCounts(initial);
  for (const { by } of changes) {
    budget.tick();
    all.add(by);
  }
  const withFailed = new PossibleCounts(initial);
  if (failed.length > 0) for (const { by } of [...changes, ...failed]) withFailed.add(by);
  const begun = new PossibleCounts(initial);
  const explained = new Map<number, boolean | undefined>();
  const impossible: ImpossibleCount[] = [];
  let next = 0;
  for (const { row, count } of tally.reads.toSorted(
    (a, b) => history.retRank[a.row]! - history.retRank[b.row]!,
  )) {
    budget.tick();
    for (; next < changes.length; next++) {
      if (history.invRank[changes[next]!.row]! > history.retRank[row]!) break;
      begun.add(changes[next]!.by);
    }
    const isPossible = begun.has(count);
    explained.set(row, isPossible);
    if (isPossible !== false) continue;
    const isFuture = all.has(count) !== false;
    const isAborted = !isFuture && failed.length > 0 && withFailed.has(count) === true;
    const type = isFuture ? "future-read" : isAborted ? "aborted-read" : "impossible-count";
    const { least, most } = isFuture ? begun : all;
    impossible.push({ type, tally, row, count, least, most });
  }
  return { impossible, explained };
}
