import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { Collector } from "../collector.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { readBy, writtenBy } from "../registers/access.ts";
import { registerValues, SOURCE } from "../registers/register-values.ts";
import { BEFORE_ALL, versionOrders } from "../registers/version-order.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";
import { type Bounds, boundsOf } from "./bounds.ts";
import { isLate, LATE, roundProblem } from "./last-reads.ts";
import { siblingLosses } from "./siblings.ts";
import { isSiblings } from "./sights.ts";
import { establishedVersions, placesDeletions, type Version } from "./versions.ts";

/**
 * Lost writes of registers: a write that was acknowledged, or read by somebody, is lost if every last-round read, on every
 * node, returns a version certainly before it. If only some nodes are behind they have diverged, which `convergence` judges.
 * Where the version order is not known, real time is: what was written or read before the write began came before it, and what
 * was written meanwhile may have overwritten it. Registers that keep concurrent values side by side are judged by `siblings.ts`. Leaving out one of the last reads would prove more than is true.
 */
export const lostWrites: Checker = {
  name: "lost-writes",
  summary: "acknowledged writes of registers that no node has in the end",
  models: ["no-lost-writes"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["register"]),
  check,
};

/** Upper bound of a version that has no place in the order. */
const UNPLACED = Number.POSITIVE_INFINITY;

/** The lost versions of one key: the latest of them, and how many there are. */
interface Loss {
  latest: Version;
  count: number;
  readonly round: LastRound;
}

function check(history: History, budget: Budget): CheckResult {
  const rounds = lastRounds(history);
  const bounds = boundsOf(history);
  const deletions = latestDeletions(history, bounds);
  const reached = new Map(
    [...rounds].map(([key, round]) => [key, reachedBy(history, bounds, deletions.get(key), round)]),
  );
  const losses = new Map<number, Loss>();
  const siblings = siblingLosses(history, rounds, budget);
  const undecided = new Map(siblings.undecided);
  let judged = siblings.judged;
  // One version of a key that cannot be decided is enough.
  const done = Uint8Array.from(history.keys, (_, key) =>
    bounds.stamped.has(key) || isSiblings(history, key) ? 1 : 0,
  );
  for (const version of establishedVersions(history, bounds, done)) {
    budget.tick();
    judged++;
    const { key } = version;
    const round = rounds.get(key);
    const problem = bounds.problems.get(key) ?? problemOf(history, round);
    const limit = reached.get(key);
    if (problem !== undefined || round === undefined) undecided.set(key, problem ?? "not read at the end");
    else if (typeof limit === "string") undecided.set(key, limit);
    else if (limit !== undefined && version.lower > limit) {
      if (isLate(history, round, version.proofRow)) undecided.set(key, LATE);
      else addLoss(losses, round, version);
    }
    if (undecided.has(key)) done[key] = 1;
  }
  // They spoil no verdict on others, which are judged without them.
  if (judged === 0) for (const key of bounds.stamped) undecided.set(key, bounds.problems.get(key)!);
  const collector = new Collector();
  let lost = 0;
  for (const loss of losses.values()) {
    lost += loss.count;
    collector.add("lost-write", loss.count, () => anomalyOf(history, bounds, loss));
  }
  for (const { count, anomaly } of siblings.losses) {
    lost += count;
    collector.add("lost-write", count, anomaly);
  }
  const findings = {
    model: "no-lost-writes" as const,
    violations: lost,
    judged,
    undecided: problemWords(history, undecided),
    nothing: "no write was acknowledged",
  };
  return {
    results: [verdictOf(findings, objectsOf(history, ["register"]))],
    anomalies: collector.anomalies,
    counts: { "lost-write": lost },
  };
}

function addLoss(losses: Map<number, Loss>, round: LastRound, version: Version): void {
  const loss = losses.get(version.key);
  if (loss === undefined) {
    losses.set(version.key, { latest: version, count: 1, round });
    return;
  }
  loss.count++;
  if (version.lower > loss.latest.lower) loss.latest = version;
}

function problemOf(history: History, round: LastRound | undefined): string | undefined {
  const problem = roundProblem(round);
  if (round === undefined || problem !== undefined) return problem;
  const several = round.rows.some((row) => (history.flags[row]! & FLAG.list) !== 0);
  return several ? "a last read returned several values" : undefined;
}

/** The rank above which versions are newer than all that the last round shows; or why that cannot be said. */
function reachedBy(
  history: History,
  { upper, timed }: Bounds,
  deletion: number | undefined,
  { rows }: LastRound,
): number | string {
  const values = registerValues(history);
  const { gaps } = versionOrders(history);
  let reached = BEFORE_ALL;
  for (const row of rows) {
    const value = readBy(history, row);
    if (value === NONE) {
      reached = Math.max(reached, deletion ?? BEFORE_ALL);
      if (reached === UNPLACED && !timed.has(history.key[row]!))
        return "null at the end may be a deletion whose place in the order is not known";
      continue;
    }
    if (values.writer[value]! < 0 && values.writer[value] !== SOURCE.initial) {
      return `nobody wrote ${valueWords(history.valueOf(value))}, which it shows at the end`;
    }
    if (upper[value] === UNPLACED && !timed.has(history.key[row]!))
      return gaps.get(history.key[row]!) ?? "its last value has no place in the order";
    reached = Math.max(reached, upper[value]!);
  }
  return reached;
}

/** By key: the rank before which its last deletion had happened; UNPLACED where the order does not tell. */
function latestDeletions(history: History, { timed }: Bounds): Map<number, number> {
  const { isRegister, firstDelete } = registerValues(history);
  const latest = new Map<number, number>();
  if (firstDelete.every((rank) => rank === NEVER)) return latest;
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0 || writtenBy(history, row) !== NONE) continue;
    const placed = placesDeletions(history, timed, key);
    latest.set(key, placed ? Math.max(latest.get(key) ?? BEFORE_ALL, history.retRank[row]!) : UNPLACED);
  }
  return latest;
}

function anomalyOf(
  history: History,
  { earliestRow, timed }: Bounds,
  { latest, count, round }: Loss,
): Anomaly {
  const { writer } = registerValues(history);
  const { toldBy } = versionOrders(history);
  const { writerRow, proofRow } = latest;
  const revealed = [...new Set(round.rows.map((row) => readBy(history, row)))];
  const supports = revealed.flatMap((value) =>
    value === NONE ? [] : [writer[value]!, earliestRow[value]!, toldBy[value]!],
  );
  const written = writtenBy(history, writerRow);
  const told = written === NONE ? NONE : toldBy[written]!;
  const rows = [writerRow, proofRow, told, ...supports, ...round.rows].filter((row) => row >= 0);
  return {
    type: "lost-write",
    model: "no-lost-writes",
    key: history.keys[history.key[writerRow]!]!,
    witness: [...new Set(rows)].sort((a, b) => a - b).map((row) => history.invRank[row]!),
    explanation: `${sentence(history, latest, count, revealed)}${timed.has(latest.key) ? ", from before it began" : ""}`,
  };
}

function sentence(
  history: History,
  { writerRow, proofRow }: Version,
  count: number,
  revealed: readonly number[],
): string {
  const key = keyWords(history, history.key[writerRow]!);
  const how =
    history.status[writerRow] === STATUS.ok
      ? `acknowledged to ${whoWords(history, writerRow)}${nodeWords(history, writerRow, "by")}`
      : `read by ${whoWords(history, proofRow)}${nodeWords(history, proofRow, "from")}`;
  const when = whenWords(
    history,
    endOf(history, history.status[writerRow] === STATUS.ok ? writerRow : proofRow),
  );
  const others = count > 1 ? `, with ${plural(count - 1, "earlier write")}` : "";
  const shown = revealed.map((value) => valueWords(history.valueOf(value))).join(" or ");
  const value = valueWords(history.valueOf(writtenBy(history, writerRow)));
  return `${key} = ${value}, ${how} ${when}, is lost${others}: at the end every node shows ${shown}`;
}
