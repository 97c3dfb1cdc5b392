import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { ABSENT, type History, NONE, STATUS } from "#core/history";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { readBy, writtenBy } from "../registers/access.ts";
import { registerValues } from "../registers/register-values.ts";
import { versionOrders } from "../registers/version-order.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import {
  agoWords,
  endOf,
  keyWords,
  nodeWords,
  plural,
  readWords,
  valueWords,
  whenWords,
  whoWords,
} from "../words.ts";
import { type Breach, type Guarantee, type SessionFindings, walkSessions } from "./walk.ts";

const GUARANTEES = [
  "read-your-writes",
  "monotonic-reads",
  "monotonic-writes",
  "writes-follow-reads",
] as const;
const NOTHING: Readonly<Record<Guarantee, string>> = {
  "read-your-writes": "no session read a key that it had written",
  "monotonic-reads": "no session read a key twice",
  "monotonic-writes": "no session wrote a key twice",
  "writes-follow-reads": "no session wrote a key that it had read",
};
const BY_DEFINITION =
  "each key has a single writer, whose session order is the version order: it cannot be broken on one key";

/**
 * The session guarantees of Terry et al. 1994 on each register, exact where the version order is known. Operations that
 * failed or are indefinite promise nothing, final reads are left out, values that nobody wrote are left to `reads-from`.
 */
export const sessions: Checker = {
  name: "sessions",
  summary: "session guarantees on registers whose version order is known",
  models: GUARANTEES,
  partition: "session",
  applies: (history) => holds(history, ["register"]),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const findings = walkSessions(history, budget, (breach) => {
    const { guarantee, first, second } = breach;
    const gap = history.invTime[second]! - endOf(history, first);
    collector.add(guarantee, gap, () => anomalyOf(history, breach));
  });
  const undecided = undecidedOf(history, findings);
  return {
    results: GUARANTEES.map((guarantee) => resultOf(history, guarantee, collector, findings, undecided)),
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

function resultOf(
  history: History,
  model: Guarantee,
  collector: Collector,
  { judged }: SessionFindings,
  undecided: readonly string[],
): ModelResult {
  const violations = collector.count(model);
  const onWrites = model === "monotonic-writes" || model === "writes-follow-reads";
  const byDefinition = onWrites && registersAre(history, "single-writer");
  return verdictOf(
    {
      model,
      violations,
      judged: judged[model],
      undecided: byDefinition ? [] : undecided,
      nothing: byDefinition ? BY_DEFINITION : NOTHING[model],
    },
    objectsOf(history, ["register"]),
  );
}

const registersAre = (history: History, order: string): boolean =>
  history.keys.every(
    (_, key) => history.objectOf(key).type !== "register" || history.objectOf(key).order === order,
  );

function undecidedOf(history: History, { ambiguous }: SessionFindings): string[] {
  const reads = [...ambiguous].map(
    ([key, count]) => `${keyWords(history, key)}: ${plural(count, "read")} of null may have seen a deletion`,
  );
  return [...problemWords(history, usedProblems(history)), ...reads];
}

/** Problems of the keys that some session used, so that there is something they could have decided. */
function usedProblems(history: History): ReadonlyMap<number, string> {
  const { problems, gaps } = versionOrders(history);
  if (problems.size + gaps.size === 0) return problems;
  const used = new Set<number>();
  for (let row = 0; row < history.length; row++) {
    if (history.status[row] === STATUS.ok) used.add(history.key[row]!);
  }
  return new Map([...gaps, ...problems].filter(([key]) => used.has(key)));
}

function anomalyOf(history: History, breach: Breach): Anomaly {
  return {
    type: breach.guarantee,
    model: breach.guarantee,
    key: history.keys[history.key[breach.second]!]!,
    witness: witnessOf(history, breach)
      .map((row) => history.invRank[row]!)
      .sort((a, b) => a - b),
    explanation: sentence(history, breach),
  };
}

/** Both operations, the writers of what they read, and what proves where their versions are in the order. */
function witnessOf(history: History, { guarantee, first, second }: Breach): number[] {
  const { writer, earliestRow } = registerValues(history);
  const { toldBy } = versionOrders(history);
  const { order } = history.objectOf(history.key[second]!);
  const rows = new Set([first, second]);
  for (const row of [first, second]) {
    const value = readBy(history, row);
    if (value < 0) continue;
    rows.add(writer[value]!);
    // What a compare-and-set tells is the version of what it wrote.
    const tellsIt = writtenBy(history, row) === ABSENT || history.status[writer[value]!] === STATUS.ok;
    if (order === "version" && !tellsIt) rows.add(toldBy[value]!);
  }
  const ofRead = guarantee === "read-your-writes" || guarantee === "monotonic-reads";
  const older = ofRead ? readBy(history, second) : writtenBy(history, second);
  const from = older < 0 ? NONE : writer[older]!;
  if (from >= 0 && order === "single-writer") {
    // An indefinite write precedes the newer one only because somebody had read it by then.
    if (history.retRank[from]! > lowerOfNewer(history, guarantee, first)) rows.add(earliestRow[older]!);
  } else if (from >= 0 && !ofRead && history.status[second] !== STATUS.ok) {
    rows.add(earliestRow[older]!);
    rows.add(toldBy[older]!);
  }
  return [...rows].filter((row) => row >= 0);
}

function lowerOfNewer(history: History, guarantee: Guarantee, first: number): number {
  const newer = guarantee === "read-your-writes" ? writtenBy(history, first) : readBy(history, first);
  return newer < 0 ? history.invRank[first]! : versionOrders(history).lower[newer]!;
}

function sentence(history: History, { guarantee, first, second }: Breach): string {
  const who = whoWords(history, second);
  const when = whenWords(history, history.invTime[second]!);
  const ago = agoWords(history.invTime[second]! - endOf(history, first));
  const earlierWrite = `${valueWords(history.valueOf(writtenBy(history, first)))}${nodeWords(history, first, "to")}`;
  const earlierRead = `${valueWords(history.valueOf(readBy(history, first)))}${nodeWords(history, first, "from")}`;
  const read = readWords(history, second, readBy(history, second));
  const key = keyWords(history, history.key[second]!);
  const write = `wrote ${key} = ${valueWords(history.valueOf(writtenBy(history, second)))}${nodeWords(history, second, "to")}`;
  switch (guarantee) {
    case "read-your-writes":
      return `${who} ${read} ${when} although its own write of ${earlierWrite} had been acknowledged ${ago}`;
    case "monotonic-reads":
      return `${who} ${read} ${when} although it had read the newer ${earlierRead} ${ago}`;
    case "monotonic-writes":
      return `${who} ${write} ${when}, and it was ordered before its own write of ${earlierWrite}, acknowledged ${ago}`;
    case "writes-follow-reads":
      return `${who} ${write} ${when}, and it was ordered before ${earlierRead}, which it had read ${ago}`;
  }
}
