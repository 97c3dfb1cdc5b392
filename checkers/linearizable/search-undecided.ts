import type { Budget } from "#core/budget";
import type { KeyVerdicts } from "#core/checker";
import type { History } from "#core/history";
import type { Collector } from "../collector.ts";
import { judgeKey } from "../search/judge-key.ts";
import { registers } from "../search/models/register.ts";
import { isAppendedTo, texts } from "../search/models/text.ts";
import { nonLinearizable, rowsOfKeys } from "../search/rows.ts";

/** Of the undecided keys those on which no anomaly was found already. */
export function keysToSearch(
  history: History,
  undecided: ReadonlyMap<number, string>,
  collector: Collector,
): number[] {
  if (undecided.size === 0) return [];
  const found = new Set(collector.anomalies.map(({ key }) => key));
  return [...undecided.keys()].filter((key) => !found.has(history.keys[key]));
}

export function searchKeys(history: History, keys: readonly number[], budget: Budget): KeyVerdicts {
  if (keys.length === 0) return new Map();
  return new Map(
    [...rowsOfKeys(history, keys)].map(([key, rows]) => [
      key,
      isAppendedTo(history, rows)
        ? judgeKey(texts, history, key, rows, budget)
        : judgeKey(registers, history, key, rows, budget),
    ]),
  );
}

/** Adds the anomalies that were searched for and found. @returns why keys are undecided even so */
export function addSearched(
  history: History,
  undecided: ReadonlyMap<number, string>,
  verdicts: KeyVerdicts,
  collector: Collector,
): ReadonlyMap<number, string> {
  const left = new Map<number, string>();
  for (const [key, why] of undecided) {
    const verdict = verdicts.get(key);
    if (verdict?.verdict === "unknown") left.set(key, reasonOf(why, verdict.reason));
    if (verdict?.verdict === "violated")
      collector.add("non-linearizable", 0, () => nonLinearizable(history, key, verdict));
  }
  return left;
}

const reasonOf = (why: string, reason: string): string =>
  why === reason ? reason : `${why}, and the search for an order ended: ${reason}`;
