import type { Budget } from "#core/budget";
import type { BegunCheck, Checker, CheckResult, KeyVerdicts } from "#core/checker";
import { type History, STATUS } from "#core/history";
import type { ObjectType } from "#core/operation";
import type { ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { byPattern, holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { judgeKey } from "./judge-key.ts";
import type { ObjectKind } from "./object-kind.ts";
import { nonLinearizable, rowsOfKeys } from "./rows.ts";

export interface ObjectChecker<State, Call> {
  readonly name: string;
  readonly summary: string;
  readonly type: ObjectType;
  readonly kind: ObjectKind<State, Call>;
  /** Each pattern of the header has a verdict of its own. Absent: all objects of the type have one together. */
  readonly byPattern?: true;
}

/** A checker of the linearizability of one type of object: the fast algorithm where it decides, search elsewhere. */
export function linearizableObjects<State, Call>(of: ObjectChecker<State, Call>): Checker {
  const begin = (history: History): BegunCheck => ({
    keys: keysOf(of, history),
    conclude: (verdicts) => conclude(of, history, verdicts),
  });
  const judge = (history: History, keys: readonly number[], budget: Budget): KeyVerdicts =>
    new Map(
      [...rowsOfKeys(history, keys)].map(([key, rows]) => [
        key,
        judgeKey(of.kind, history, key, rows, budget),
      ]),
    );
  return {
    name: of.name,
    summary: of.summary,
    models: ["linearizable"],
    partition: "key",
    needsRealTime: true,
    searches: true,
    applies: (history) => holds(history, [of.type]),
    check: (history, budget) => {
      const { keys, conclude: found } = begin(history);
      return found(judge(history, keys, budget));
    },
    byKey: { begin, judge },
  };
}

const keysOf = <State, Call>({ type }: ObjectChecker<State, Call>, history: History): number[] =>
  [...history.keys.keys()].filter((key) => history.objectOf(key).type === type);

function conclude<State, Call>(
  of: ObjectChecker<State, Call>,
  history: History,
  verdicts: KeyVerdicts,
): CheckResult {
  const collector = new Collector();
  const keys = keysOf(of, history);
  const groups =
    of.byPattern === true ? byPattern(history, of.type, keys) : [{ ...objectsOf(history, [of.type]), keys }];
  const results = groups.map((group) => groupResult(of.type, history, { ...group, verdicts, collector }));
  return { results, anomalies: collector.anomalies, counts: collector.counts };
}

interface Group {
  readonly objects?: string;
  readonly keys: readonly number[];
  readonly verdicts: KeyVerdicts;
  /** Takes what was found. */
  readonly collector: Collector;
}

function groupResult(type: ObjectType, history: History, group: Group): ModelResult {
  const { objects, keys, verdicts, collector } = group;
  const undecided = new Map<number, string>();
  const before = collector.count("non-linearizable");
  for (const key of keys) {
    const verdict = verdicts.get(key)!;
    if (verdict.verdict === "unknown") undecided.set(key, verdict.reason);
    if (verdict.verdict === "violated")
      collector.add("non-linearizable", 0, () => nonLinearizable(history, key, verdict));
  }
  return verdictOf(
    {
      model: "linearizable",
      violations: collector.count("non-linearizable") - before,
      judged: countSuccessful(history, keys),
      undecided: problemWords(history, undecided),
      nothing: `no operation on a ${type} succeeded`,
    },
    objects === undefined ? {} : { objects },
  );
}

const countSuccessful = (history: History, keys: readonly number[]): number =>
  rowsOfKeys(history, keys)
    .values()
    .reduce((sum, rows) => sum + rows.filter((row) => history.status[row] === STATUS.ok).length, 0);
