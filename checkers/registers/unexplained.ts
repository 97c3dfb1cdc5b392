import { type History, NEVER } from "#core/history";
import { hasRealTime, type RegisterValues, SOURCE } from "./register-values.ts";

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

/** Why nothing explains that a register held null, though it did not at first; undefined where a deletion may. */
export function unexplainedNull(
  history: History,
  { firstDelete }: RegisterValues,
  row: number,
): Unexplained | undefined {
  const key = history.key[row]!;
  if (history.objectOf(key).initial === null) return undefined;
  if (firstDelete[key] === NEVER) return "thin-air-read";
  return hasRealTime(history) && history.retRank[row]! < firstDelete[key]! ? "future-read" : undefined;
}
