import { type History, NONE } from "#core/history";
import { once } from "../once.ts";
import { isFinal, readBy } from "./access.ts";
import { hasRealTime, registerValues, SOURCE } from "./register-values.ts";

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

/**
 * Why keys are not called consistent, although final reads are no part of consistency models: a final read shows a value
 * that no write explains. `reads-from` reports it.
 */
export const brokenFinalReads = once((history): ReadonlyMap<number, string> => {
  const broken = new Map<number, string>();
  const { isRegister, problems, writer } = registerValues(history);
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (!isFinal(history, row) || key === NONE || isRegister[key] === 0 || problems.has(key)) continue;
    const value = readBy(history, row);
    if (value >= 0 && unexplained(history, row, writer[value]!) !== undefined)
      broken.set(key, "a final read shows a value that no write explains");
  }
  return broken;
});
