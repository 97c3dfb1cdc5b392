import type { History } from "#core/history";
import type { LastRound } from "../last-round.ts";
import { type Change, missingChanges } from "./missing-changes.ts";
import { PossibleCounts } from "./sums.ts";
import { splitChanges, sumOf, type Tally } from "./tallies.ts";

/** A counter of which every last read lacks something that was acknowledged. */
export interface Loss {
  /** The last reads. */
  readonly reads: readonly { readonly row: number; readonly count: number }[];
  readonly acknowledged: readonly Change[];
  /** Changes that prove it, together with the reads. */
  readonly proof: readonly Change[];
  /** What is lost, where the amounts tell. */
  readonly missing: readonly Change[] | undefined;
  /** False: a change that came twice would explain the counts as well. */
  readonly isCertain: boolean;
}

/** What is lost; undefined: nothing that can be told; a sentence: why that cannot be said. */
export function lossOf(
  history: History,
  tally: Tally,
  round: LastRound,
  explained: ReadonlyMap<number, boolean | undefined>,
): Loss | string | undefined {
  const last = new Set(round.rows);
  const reads = tally.reads.filter(({ row }) => last.has(row));
  const isRising = tally.changes.every(({ by }) => by >= 0);
  let isCertain = isRising;
  let doubt: string | undefined;
  for (const { row, count } of reads) {
    const { certain, open } = splitChanges(history, tally, row);
    const acknowledged = tally.initial + sumOf(certain);
    const counts = new PossibleCounts(acknowledged);
    for (const { by } of open) counts.add(by);
    const isComplete = counts.has(count);
    if (isComplete === true) return undefined;
    const isShort = isRising && count < acknowledged;
    if (!isShort) isCertain = false;
    if (isComplete === undefined)
      doubt = "too many indefinite increments to tell which are in its last count";
    else if (!isShort && explained.get(row) !== true && !lacksOne(certain, acknowledged - count))
      doubt = `it is not known which of its changes make its last count, ${count}`;
  }
  if (doubt !== undefined) return doubt;
  const { certain, open } = splitChanges(history, tally, reads[0]!.row);
  const counts = new Set(reads.map(({ count }) => count));
  const deficit = tally.initial + sumOf(certain) - reads[0]!.count;
  return {
    reads,
    acknowledged: certain,
    proof: isCertain ? enough(history, tally, reads) : tally.changes,
    missing: counts.size === 1 ? missingChanges(deficit, certain, open) : undefined,
    isCertain,
  };
}

/** Whether one change less explains a count, which shows that some choice does where all of them are too many to try. */
const lacksOne = (certain: readonly Change[], deficit: number): boolean =>
  certain.some(({ by }) => by === deficit);

/** Acknowledged increments, at least one and the largest first, that make more than any of the reads shows. */
function enough(
  history: History,
  tally: Tally,
  reads: readonly { readonly row: number; readonly count: number }[],
): Change[] {
  const began = Math.min(...reads.map(({ row }) => history.invRank[row]!));
  const most = Math.max(...reads.map(({ count }) => count));
  const before = tally.changes.filter(({ row }) => history.retRank[row]! < began);
  let sum = tally.initial;
  const chosen: Change[] = [];
  for (const change of before.toSorted((a, b) => b.by - a.by)) {
    if (sum > most && chosen.length > 0) return chosen;
    chosen.push(change);
    sum += change.by;
  }
  return sum > most && chosen.length > 0 ? chosen : tally.changes;
}
