import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { ABSENT, type History, NONE } from "#core/history";
import { formatDuration } from "#core/units";
import type { Anomaly, ModelResult, StalenessBound } from "#core/verdict";
import { Collector } from "../collector.ts";
import { hasSiblings, isFinal, readBy, writtenBy } from "../registers/access.ts";
import { registerValues } from "../registers/register-values.ts";
import { versionOrders } from "../registers/version-order.ts";
import { holds, objectsOf, problemWords } from "../verdicts.ts";
import { plural, readWords, someOf, valueWords, whenWords, whoWords } from "../words.ts";
import { measureReads, type NewerVersion, type ReadLag } from "./stale-reads.ts";

/**
 * Whether reads of registers are further behind than a bound. Each read is measured by itself, as if all that is not known
 * had been in its favour: what is violated is so for certain, and `satisfied` says only that no read is *provably* further
 * behind. Source: Golab, Li and Shah 2011 (Δ-atomicity, k-atomicity), restricted to one read at a time.
 */
export const boundedStaleness = (bound: StalenessBound): Checker => ({
  name: "bounded-staleness",
  summary: `whether reads of registers are more than ${boundWords(bound)} behind`,
  models: ["bounded-staleness"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["register"]),
  check: (history, budget) => check(bound, history, budget),
});

const boundWords = (bound: StalenessBound): string =>
  "time" in bound ? formatDuration(bound.time) : plural(bound.versions, "version");

const exceeds = (bound: StalenessBound, { behind, versions }: ReadLag): boolean =>
  versions > 0 && ("time" in bound ? behind > bound.time : versions > bound.versions);

function check(bound: StalenessBound, history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const unmeasured = new Set(readsOf(history));
  let measured = 0;
  measureReads(history, budget, (row, lag) => {
    unmeasured.delete(row);
    measured++;
    if (lag === undefined || !exceeds(bound, lag)) return;
    const severity = "time" in bound ? lag.behind : lag.versions;
    collector.add("too-stale-read", severity, () => anomalyOf(bound, history, lag));
  });
  return {
    results: [resultOf(bound, history, collector, { measured, unmeasured })],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

/** Operations during the run that read a register. */
function* readsOf(history: History): Generator<number> {
  const { isRegister } = registerValues(history);
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0 || isFinal(history, row)) continue;
    // Reads of siblings show several values, of which none can be placed.
    if (readBy(history, row) !== ABSENT || hasSiblings(history, row)) yield row;
  }
}

function resultOf(
  bound: StalenessBound,
  history: History,
  collector: Collector,
  { measured, unmeasured }: { readonly measured: number; readonly unmeasured: ReadonlySet<number> },
): ModelResult {
  const result = { model: "bounded-staleness" as const, ...objectsOf(history, ["register"]) };
  if (collector.count("too-stale-read") > 0) return { ...result, verdict: "violated" };
  if (unmeasured.size > 0) {
    const { problems } = registerValues(history);
    const keys = new Set(Array.from(unmeasured, (row) => history.key[row]!));
    const known = problemWords(history, new Map([...problems].filter(([key]) => keys.has(key))));
    const why = known.length > 0 ? `: ${someOf(known)}` : "";
    const reason = `${plural(unmeasured.size, "read")} cannot be traced to the version that they showed${why}`;
    return { ...result, verdict: "unknown", reason };
  }
  if (measured === 0) return { ...result, verdict: "not-applicable", reason: "no register was read" };
  const reason = `no read is provably more than ${boundWords(bound)} behind, each of them taken by itself`;
  return { ...result, verdict: "satisfied", reason };
}

/** The read, its version with what shows how early it was written, and the same of as many newer ones as the bound needs. */
function anomalyOf(bound: StalenessBound, history: History, lag: ReadLag): Anomaly {
  const { writer, earliestRow } = registerValues(history);
  const { toldBy } = versionOrders(history);
  const newer = lag.newer("time" in bound ? 1 : bound.versions + 1);
  const value = readBy(history, lag.row);
  const older = value === NONE ? [] : [writer[value]!, earliestRow[value]!, toldBy[value]!];
  const proof = newer.flatMap(({ newerRow, knownRow }) => {
    const written = writtenBy(history, newerRow);
    return [newerRow, knownRow, written === NONE ? NONE : toldBy[written]!];
  });
  const rows = [...older, ...proof, lag.row].filter((one) => one >= 0);
  return {
    type: "too-stale-read",
    model: "bounded-staleness",
    key: history.keys[history.key[lag.row]!]!,
    witness: [...new Set(rows)].map((one) => history.invRank[one]!).sort((a, b) => a - b),
    explanation: sentence(bound, history, lag, newer),
  };
}

function sentence(
  bound: StalenessBound,
  history: History,
  { row, behind, versions }: ReadLag,
  newer: readonly NewerVersion[],
): string {
  const read = `${whoWords(history, row)} ${readWords(history, row, readBy(history, row))} ${whenWords(history, history.invTime[row]!)}`;
  const limit = `more than the ${boundWords(bound)} allowed`;
  const named = newer.map(({ newerRow }) => valueWords(history.valueOf(writtenBy(history, newerRow))));
  if ("time" in bound)
    return `${read}, when the newer ${named.join()} had been known for ${formatDuration(behind)}: ${limit}`;
  return `${read}, ${plural(versions, "version")} behind (${someOf(named)}): ${limit}`;
}
