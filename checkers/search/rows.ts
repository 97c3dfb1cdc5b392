import type { KeyVerdict } from "#core/checker";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { groupRows, rowsWhere } from "../groups.ts";
import { once } from "../once.ts";

/** The rows of each of these keys that count for linearizability: ok and info ones; final reads are no part of it. */
export function rowsOfKeys(history: History, keys: readonly number[]): ReadonlyMap<number, Int32Array> {
  const { start, rows } = countingRows(history);
  return new Map(keys.map((key) => [key, rows.subarray(start[key], start[key + 1])]));
}

const countingRows = once((history) => {
  const { status, flags, key, keys } = history;
  const counts = (row: number): boolean =>
    status[row] !== STATUS.fail && (flags[row]! & FLAG.final) === 0 && key[row] !== NONE;
  return groupRows(rowsWhere(history.length, counts), key, keys.length);
});

export const nonLinearizable = (
  history: History,
  key: number,
  { witness, explanation }: Extract<KeyVerdict, { verdict: "violated" }>,
): Anomaly => ({
  type: "non-linearizable",
  model: "linearizable",
  key: history.keys[key]!,
  witness: witness.map((row) => history.invRank[row]!).sort((a, b) => a - b),
  explanation,
});
