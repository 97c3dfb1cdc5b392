import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, STATUS } from "#core/history";
import type { ObjectType } from "#core/operation";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { judgeKey } from "./judge-key.ts";
import type { ObjectKind } from "./object-kind.ts";
import { nonLinearizable, rowsOfKeys } from "./rows.ts";

export interface ObjectChecker<State, Call> {
  readonly name: string;
  readonly summary: string;
  readonly type: ObjectType;
  readonly kind: ObjectKind<State, Call>;
}

/** A checker of the linearizability of one type of object: the fast algorithm where it decides, search elsewhere. */
export function linearizableObjects<State, Call>(of: ObjectChecker<State, Call>): Checker {
  return {
    name: of.name,
    summary: of.summary,
    models: ["linearizable"],
    partition: "key",
    needsRealTime: true,
    searches: true,
    applies: (history) => holds(history, [of.type]),
    check: (history, budget) => check(of, history, budget),
  };
}

function check<State, Call>(of: ObjectChecker<State, Call>, history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const undecided = new Map<number, string>();
  let judged = 0;
  const keys = [...history.keys.keys()].filter((key) => history.objectOf(key).type === of.type);
  for (const [key, rows] of rowsOfKeys(history, keys)) {
    judged += rows.filter((row) => history.status[row] === STATUS.ok).length;
    const verdict = judgeKey(of.kind, history, key, rows, budget);
    if (verdict.verdict === "unknown") undecided.set(key, verdict.reason);
    if (verdict.verdict === "violated") {
      collector.add("non-linearizable", 0, () => nonLinearizable(history, key, verdict));
    }
  }
  const findings = {
    model: "linearizable" as const,
    violations: collector.count("non-linearizable"),
    judged,
    undecided: problemWords(history, undecided),
    nothing: `no operation on a ${of.type} succeeded`,
  };
  return {
    results: [verdictOf(findings, objectsOf(history, [of.type]))],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}
