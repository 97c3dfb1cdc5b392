import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { readBy, writtenBy } from "../registers/access.ts";
import { registerValues } from "../registers/register-values.ts";
import { holds, objectsOf } from "../verdicts.ts";
import { agoWords, nodeWords, plural, readWords, valueWords, whenWords, whoWords } from "../words.ts";
import { measureReads, type ReadLag } from "./stale-reads.ts";
import { StalenessStatistics } from "./statistics.ts";

/**
 * How stale each read of a register was. A read that is stale in real time shows that the history is not linearizable; that
 * none is does not show that it is, so it never says `satisfied`.
 */
export const staleness: Checker = {
  name: "staleness",
  summary: "how many versions and how long each read of a register was behind",
  models: ["linearizable"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["register"]),
  check,
};

type RealTimeLag = NonNullable<ReadLag["realTime"]>;

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const statistics = new StalenessStatistics(history);
  measureReads(history, budget, (row, lag, visibility) => {
    statistics.add(row, lag, visibility);
    const realTime = lag?.realTime;
    if (realTime === undefined) return;
    const behind = history.invTime[row]! - history.retTime[realTime.knownRow]!;
    collector.add("stale-read", behind, () => anomalyOf(history, row, realTime));
  });
  const stale = collector.count("stale-read") > 0;
  return {
    results: stale
      ? [{ model: "linearizable", ...objectsOf(history, ["register"]), verdict: "violated" }]
      : [],
    anomalies: collector.anomalies,
    counts: collector.counts,
    stats: { staleness: statistics.result(), lag: statistics.lag() },
  };
}

/** The read, its version with what shows how early it was written, and the same of the newer version. */
function anomalyOf(history: History, row: number, { newerRow, knownRow, versions }: RealTimeLag): Anomaly {
  const { writer, earliestRow } = registerValues(history);
  const value = readBy(history, row);
  const older = value === NONE ? [] : [writer[value]!, earliestRow[value]!];
  const rows = [...older, newerRow, knownRow, row].filter((one) => one >= 0);
  return {
    type: "stale-read",
    model: "linearizable",
    key: history.keys[history.key[row]!]!,
    witness: [...new Set(rows)].map((one) => history.invRank[one]!).sort((a, b) => a - b),
    explanation: sentence(history, row, newerRow, knownRow, versions),
  };
}

function sentence(
  history: History,
  row: number,
  newerRow: number,
  knownRow: number,
  versions: number,
): string {
  const newer = valueWords(history.valueOf(writtenBy(history, newerRow)));
  const ago = agoWords(history.invTime[row]! - history.retTime[knownRow]!);
  const how =
    knownRow === newerRow
      ? `had been acknowledged${nodeWords(history, knownRow, "by")}`
      : `had been read by ${whoWords(history, knownRow)}${nodeWords(history, knownRow, "from")}`;
  const others = versions > 1 ? `; ${plural(versions, "newer version")} in all` : "";
  const read = readWords(history, row, readBy(history, row));
  return `${whoWords(history, row)} ${read} ${whenWords(history, history.invTime[row]!)} although the newer ${newer} ${how} ${ago}${others}`;
}
