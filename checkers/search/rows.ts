import { FLAG, type History, STATUS } from "#core/history";
import type { Anomaly } from "#core/verdict";
import type { KeyVerdict } from "./judge-key.ts";

/** The rows of each of these keys that count for linearizability: ok and info ones; final reads are no part of it. */
export function rowsOfKeys(
  history: History,
  keys: readonly number[],
): ReadonlyMap<number, readonly number[]> {
  const rows = new Map<number, number[]>(keys.map((key) => [key, []]));
  for (let row = 0; row < history.length; row++) {
    if (history.status[row] === STATUS.fail || (history.flags[row]! & FLAG.final) !== 0) continue;
    rows.get(history.key[row]!)?.push(row);
  }
  return rows;
}

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
