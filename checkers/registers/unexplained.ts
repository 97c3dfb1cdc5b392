import type { History } from "#core/history";
import { hasRealTime, SOURCE } from "./register-values.ts";

export type Unexplained = "thin-air-read" | "aborted-read" | "future-read";

/**
 * Why no write explains what an operation read; undefined where one does or nobody can tell. `from`: the row of the write of
 * that value, or a SOURCE code.
 */
export function unexplained(history: History, row: number, from: number): Unexplained | undefined {
  if (from === SOURCE.unwritten) return "thin-air-read";
  if (from === SOURCE.aborted) return "aborted-read";
  return hasRealTime(history) && from >= 0 && history.retRank[row]! < history.invRank[from]!
    ? "future-read"
    : undefined;
}
