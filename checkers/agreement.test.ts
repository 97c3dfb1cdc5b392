import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { ObjectType } from "#core/operation";
import { checkers } from "./registry.ts";
import { withFinalReads } from "./testing/arbitrary-final.ts";
import {
  counterRuns,
  growingSets,
  listsOf,
  locksOf,
  objectRuns,
  type ObjectRuns,
  queuesOf,
  setsOf,
  stacksOf,
} from "./testing/arbitrary-objects.ts";
import { runsOf } from "./testing/arbitrary.ts";
import { headerOf, historyFrom, type Operation } from "./testing/operations.ts";

const NODES = ["n1", "n2"];
const shape = { sessions: 3, operations: 9, lies: 30 };

const withFinals = <S>(kind: ObjectRuns<S>): fc.Arbitrary<Operation[]> =>
  withFinalReads(objectRuns(kind, shape), NODES);

/** What all checkers say of each model, and how many anomalies they found. */
function judged(run: readonly Operation[], type: ObjectType): { verdicts: string[]; counts: unknown[] } {
  const history = historyFrom(run, headerOf({ type }, NODES));
  const outcomes = Object.values(checkers)
    .filter((checker) => checker.applies(history))
    .map((checker) => ({ checker, ...checker.check(history, UNLIMITED) }));
  for (const { checker, anomalies, results } of outcomes) {
    for (const { type: found, model, witness } of anomalies) {
      const part = history.select(witness.map((index) => history.rowOf(index)));
      const again = checker.check(part, UNLIMITED).anomalies;
      expect(again.map((anomaly) => `${anomaly.type} ${anomaly.model}`)).toContain(`${found} ${model}`);
      expect(results).toContainEqual(expect.objectContaining({ model, verdict: "violated" }));
      expect(checker.models).toContain(model);
    }
  }
  const results = outcomes.flatMap((outcome) => outcome.results);
  return {
    verdicts: results.map(({ model, verdict }) => `${model} ${verdict}`),
    counts: outcomes.map(({ counts }) => counts),
  };
}

describe.each<[string, ObjectType, fc.Arbitrary<Operation[]>]>([
  ["lists", "list", withFinals(listsOf(true))],
  ["lists with repeated elements", "list", withFinals(listsOf(false))],
  ["counters", "counter", withFinals(counterRuns)],
  ["growing sets", "set", withFinals(growingSets)],
  ["sets", "set", withFinals(setsOf(3, 25))],
  ["queues", "queue", objectRuns(queuesOf(false), { ...shape, lies: 75 })],
  ["queues of distinct elements", "queue", objectRuns(queuesOf(true), { ...shape, lies: 60 })],
  ["stacks", "stack", objectRuns(stacksOf(true), { ...shape, lies: 60 })],
  ["locks", "lock", objectRuns(locksOf(true, true), shape)],
])("the checkers of %s", (_, type, runs) => {
  test("do not contradict each other, and prove what they find", () => {
    const seen = { satisfied: 0, violated: 0 };
    fc.assert(
      fc.property(runs, (run) => {
        const { verdicts } = judged(run, type);
        for (const verdict of verdicts) {
          if (verdict.endsWith(" violated"))
            expect(verdicts).not.toContain(verdict.replace("violated", "satisfied"));
        }
        if (verdicts.includes("causal violated")) expect(verdicts).not.toContain("linearizable satisfied");
        if (verdicts.includes("sequential violated"))
          expect(verdicts).not.toContain("linearizable satisfied");
        if (verdicts.includes("linearizable satisfied")) seen.satisfied++;
        if (verdicts.includes("linearizable violated")) seen.violated++;
      }),
      { numRuns: runsOf(300) },
    );
    expect(seen.satisfied / (seen.satisfied + seen.violated)).toBeGreaterThan(0.2);
    expect(seen.violated / (seen.satisfied + seen.violated)).toBeGreaterThan(0.2);
  });

  test("do not mind the names of sessions and keys", () => {
    fc.assert(
      fc.property(runs, (run) => {
        const renamed = run.map((operation) => ({
          ...operation,
          session: 500 - operation.session,
          key: `${operation.key}-renamed`,
        }));
        expect(judged(renamed, type)).toEqual(judged(run, type));
      }),
      { numRuns: runsOf(150) },
    );
  });
});
