import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, STATUS } from "#core/history";
import type { ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { versionOrders } from "../registers/version-order.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, plural } from "../words.ts";
import { breachAnomaly, impossibilityAnomaly } from "./anomalies.ts";
import { findImpossibilities } from "./some-order.ts";
import { type Guarantee, type SessionFindings, walkSessions } from "./walk.ts";

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
 * The session guarantees of Terry et al. 1994 on each register: exact where the version order is known; where it is not,
 * the guarantees about reads are broken if no version order fits, and those about writes are undecided. Operations that
 * failed or are indefinite promise nothing, final reads are left out, values that nobody wrote are left to `reads-from`.
 */
export const sessions: Checker = {
  name: "sessions",
  summary: "session guarantees on registers, exact where the version order is known",
  models: GUARANTEES,
  partition: "session",
  applies: (history) => holds(history, ["register"]),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const ordered = walkSessions(history, budget, (breach) => {
    const { guarantee, first, second } = breach;
    const gap = history.invTime[second]! - endOf(history, first);
    collector.add(guarantee, gap, () => breachAnomaly(history, breach));
  });
  const unordered = findImpossibilities(history, budget, (found) => {
    collector.add(found.guarantee, 0, () => impossibilityAnomaly(history, found));
  });
  const judged = {
    ...ordered.judged,
    "read-your-writes": ordered.judged["read-your-writes"] + unordered.judged["read-your-writes"],
    "monotonic-reads": ordered.judged["monotonic-reads"] + unordered.judged["monotonic-reads"],
  };
  const findings = { judged, ambiguous: new Map([...ordered.ambiguous, ...unordered.ambiguous]) };
  return {
    results: GUARANTEES.map((guarantee) => resultOf(history, guarantee, collector, findings)),
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

function resultOf(
  history: History,
  model: Guarantee,
  collector: Collector,
  findings: SessionFindings,
): ModelResult {
  const onWrites = model === "monotonic-writes" || model === "writes-follow-reads";
  const byDefinition = onWrites && registersAre(history, "single-writer");
  return verdictOf(
    {
      model,
      violations: collector.count(model),
      judged: findings.judged[model],
      undecided: byDefinition ? [] : undecidedOf(history, onWrites, findings),
      nothing: byDefinition ? BY_DEFINITION : NOTHING[model],
    },
    objectsOf(history, ["register"]),
  );
}

const registersAre = (history: History, order: string): boolean =>
  history.keys.every(
    (_, key) => history.objectOf(key).type !== "register" || history.objectOf(key).order === order,
  );

/** What could not be judged. On one key, guarantees about writes cannot be broken unless the version order is known. */
function undecidedOf(history: History, onWrites: boolean, { ambiguous }: SessionFindings): string[] {
  const reads = [...ambiguous].map(
    ([key, count]) => `${keyWords(history, key)}: ${plural(count, "read")} of null may have seen a deletion`,
  );
  return [...problemWords(history, usedProblems(history, onWrites)), ...reads];
}

/** Problems of the keys that some session used, so that there is something they could have decided. */
function usedProblems(history: History, orderNeeded: boolean): ReadonlyMap<number, string> {
  const { problems, gaps, orderless } = versionOrders(history);
  if (problems.size + gaps.size === 0) return problems;
  const used = new Uint8Array(history.keys.length);
  for (let row = 0; row < history.length; row++) {
    if (history.status[row] === STATUS.ok) used[history.key[row]!] = 1;
  }
  return new Map(
    [...gaps, ...problems].filter(([key]) => used[key] === 1 && (orderNeeded || !orderless.has(key))),
  );
}
