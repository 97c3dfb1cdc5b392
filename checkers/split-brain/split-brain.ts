import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { History } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { writtenBy } from "../registers/access.ts";
import { byPattern, holds, objectsOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";
import { type DoubleHold, findDoubleHolds } from "./double-holds.ts";
import { findForks, type Fork } from "./forks.ts";

const CAS = FUNCTIONS.indexOf("cas");
const ACQUIRE = FUNCTIONS.indexOf("acquire");

/**
 * Signs that a store took two copies for the one that decides: compare-and-sets that leave one and the same value in
 * different directions, and a lock that two sessions certainly held at once (locks that do not expire). Both show that a
 * history is not linearizable; that there are none shows nothing.
 */
export const splitBrain: Checker = {
  name: "split-brain",
  summary: "registers that fork at a compare-and-set, and locks with two holders",
  models: ["linearizable"],
  partition: "key",
  needsRealTime: true,
  // Nothing else shows it, and most histories have neither.
  applies: (history) =>
    holds(history, ["register", "lock"]) && (history.f.includes(CAS) || history.f.includes(ACQUIRE)),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const forks = findForks(history, budget);
  const doubleHolds = findDoubleHolds(history, budget);
  const collector = new Collector();
  for (const fork of forks) collector.add("split-brain", 0, () => forkAnomaly(history, fork));
  for (const found of doubleHolds) collector.add("split-brain", 0, () => holdAnomaly(history, found));
  return {
    results: [
      ...(forks.length === 0 ? [] : [violated(objectsOf(history, ["register"]))]),
      ...locksViolated(history, doubleHolds),
    ],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

const violated = (of: { readonly objects?: string }): ModelResult => ({
  model: "linearizable",
  ...of,
  verdict: "violated",
});

function locksViolated(history: History, doubleHolds: readonly DoubleHold[]): ModelResult[] {
  const keys = [...new Set(doubleHolds.map(({ key }) => key))];
  if (keys.length === 0) return [];
  return byPattern(history, "lock", keys).map(({ objects }) =>
    violated(objects === undefined ? {} : { objects }),
  );
}

function forkAnomaly(history: History, { key, from, successes, origins, isInitial }: Fork): Anomaly {
  const taken = successes.map(
    (row) =>
      `${whoWords(history, row)} set ${valueWords(history.valueOf(writtenBy(history, row)))}${nodeWords(history, row, "on")} ${whenWords(history, endOf(history, row))}`,
  );
  const stays = origins.length + (isInitial ? 1 : 0);
  const often =
    stays === 0
      ? "that was never there"
      : `that was there ${stays === 1 ? "only once" : `only ${plural(stays, "time")}`}`;
  return anomaly(
    history,
    key,
    [...origins, ...successes],
    `${plural(successes.length, "compare-and-set")} on ${keyWords(history, key)} from ${valueWords(history.valueOf(from))}, a value ${often}, succeeded: ${taken.join("; ")}`,
  );
}

function holdAnomaly(history: History, { key, one, other }: DoubleHold): Anomaly {
  const got = `${whoWords(history, other.acquire)} got it${nodeWords(history, other.acquire, "from")} ${whenWords(history, endOf(history, other.acquire))}`;
  const until = whenWords(history, history.invTime[one.release]!);
  return anomaly(
    history,
    key,
    [one.acquire, one.release, other.acquire, ...(other.release === undefined ? [] : [other.release])],
    `two sessions held ${keyWords(history, key)} at once: ${whoWords(history, one.acquire)}${nodeWords(history, one.acquire, "through")} from ${whenWords(history, endOf(history, one.acquire)).replace("at ", "")} until it released it ${until}, and ${got}`,
  );
}

const anomaly = (history: History, key: number, rows: readonly number[], explanation: string): Anomaly => ({
  type: "split-brain",
  model: "linearizable",
  key: history.keys[key]!,
  witness: [...new Set(rows)].map((row) => history.invRank[row]!).sort((a, b) => a - b),
  explanation,
});
