import type { History } from "#core/history";
import type { LastRound } from "../last-round.ts";

export const LATE = "writes were still going on during the last reads";

/** Why the last reads of a key prove no loss; undefined: they may. */
export function roundProblem(round: LastRound | undefined): string | undefined {
  if (round === undefined || round.rows.length === 0) return "no node was read at the end";
  return round.missing.length > 0 ? `${round.missing.join(", ")}: not read at the end` : undefined;
}

/** Whether what this operation shows may have come to be only while or after the last reads were answered. */
export const isLate = (history: History, { rows }: LastRound, proofRow: number): boolean =>
  rows.some((row) => history.invRank[row]! < history.retRank[proofRow]!);
