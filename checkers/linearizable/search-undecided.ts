import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import type { Collector } from "../collector.ts";
import { judgeKey } from "../search/judge-key.ts";
import { registers } from "../search/models/register.ts";
import { isAppendedTo, texts } from "../search/models/text.ts";
import { nonLinearizable, rowsOfKeys } from "../search/rows.ts";

/**
 * Judges by search the keys whose reads cannot be traced to writes, unless an anomaly was found on them already.
 * @returns why keys are undecided even so
 */
export function searchUndecided(
  history: History,
  undecided: ReadonlyMap<number, string>,
  collector: Collector,
  budget: Budget,
): ReadonlyMap<number, string> {
  const left = new Map<number, string>();
  if (undecided.size === 0) return left;
  const found = new Set(collector.anomalies.map(({ key }) => key));
  const keys = [...undecided.keys()].filter((key) => !found.has(history.keys[key]));
  for (const [key, rows] of rowsOfKeys(history, keys)) {
    const verdict = isAppendedTo(history, rows)
      ? judgeKey(texts, history, key, rows, budget)
      : judgeKey(registers, history, key, rows, budget);
    if (verdict.verdict === "unknown") left.set(key, reasonOf(undecided.get(key), verdict.reason));
    if (verdict.verdict !== "violated") continue;
    collector.add("non-linearizable", 0, () => nonLinearizable(history, key, verdict));
  }
  return left;
}

const reasonOf = (why: string | undefined, reason: string): string =>
  why === undefined || why === reason ? reason : `${why}, and the search for an order ended: ${reason}`;
