import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { Checker } from "#core/checker";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import type { ObjectType } from "#core/operation";
import { linearizableCounters } from "../counters/linearizable-counters.ts";
import { linearizable } from "../linearizable/linearizable.ts";
import { linearizableLists } from "../lists/linearizable-lists.ts";
import { linearizableLocks } from "../locks/linearizable-locks.ts";
import { linearizableQueues } from "../queues/linearizable-queues.ts";
import { linearizableStacks } from "../stacks/linearizable-stacks.ts";
import { linearizableSets } from "../sets/linearizable-sets.ts";
import {
  counterRuns,
  growingSets,
  listsOf,
  locksOf,
  objectRuns,
  queuesOf,
  setsOf,
  textRuns,
  stacksOf,
} from "../testing/arbitrary-objects.ts";
import { runsOf } from "../testing/arbitrary.ts";
import { headerOf, historyFrom, type Operation, operationsOf } from "../testing/operations.ts";
import {
  counterEffect,
  type Effect,
  isLinearizableObject,
  listEffect,
  lockEffect,
  queueEffect,
  setEffect,
  textEffect,
  stackEffect,
} from "../testing/oracles/linearizable-object.ts";

interface Case {
  readonly type: ObjectType;
  readonly checker: Checker;
  readonly runs: fc.Arbitrary<Operation[]>;
  readonly effect: Effect;
  readonly initial: Json;
}

const shape = { sessions: 3, operations: 8 };
const of = {
  set: { type: "set", checker: linearizableSets, effect: setEffect, initial: [] },
  list: { type: "list", checker: linearizableLists, effect: listEffect, initial: [] },
  queue: { type: "queue", checker: linearizableQueues, effect: queueEffect, initial: [] },
  stack: { type: "stack", checker: linearizableStacks, effect: stackEffect, initial: [] },
  counter: { type: "counter", checker: linearizableCounters, effect: counterEffect, initial: 0 },
  lock: { type: "lock", checker: linearizableLocks, effect: lockEffect, initial: [null, -1] },
  text: { type: "register", checker: linearizable, effect: textEffect, initial: "" },
} as const;

/** Operations that never tell of the state. */
const UPDATES: readonly string[] = ["write", "append", "add", "remove", "enqueue", "increment"];

/** A part of a run together with all its updates: a witness that they explain proves nothing. */
function withUpdates(run: readonly Operation[], part: History): readonly Operation[] {
  const whole = operationsOf(historyFrom(run, part.header));
  const chosen = new Set(operationsOf(part).map(({ inv }) => inv));
  return whole.filter(
    ({ inv, f, result }) => chosen.has(inv) || (UPDATES.includes(f) && result === undefined),
  );
}

/** Exact: the verdict is that of trying all orders. */
describe.each<[string, Case]>([
  ["elements of sets", { ...of.set, runs: objectRuns(setsOf(2, 0), { ...shape, lies: 50 }) }],
  ["sets with whole reads", { ...of.set, runs: objectRuns(setsOf(3, 25), { ...shape, lies: 25 }) }],
  ["growing sets", { ...of.set, runs: objectRuns(growingSets, { ...shape, lies: 55 }) }],
  ["lists", { ...of.list, runs: objectRuns(listsOf(true), { ...shape, operations: 10, lies: 30 }) }],
  [
    "lists with repeated elements",
    { ...of.list, runs: objectRuns(listsOf(false), { ...shape, operations: 10, lies: 40 }) },
  ],
  ["queues", { ...of.queue, runs: objectRuns(queuesOf(true), { ...shape, operations: 10, lies: 60 }) }],
  [
    "queues with repeated values",
    { ...of.queue, runs: objectRuns(queuesOf(false), { ...shape, operations: 10, lies: 75 }) },
  ],
  ["stacks", { ...of.stack, runs: objectRuns(stacksOf(true), { ...shape, operations: 10, lies: 60 }) }],
  [
    "stacks with repeated values",
    { ...of.stack, runs: objectRuns(stacksOf(false), { ...shape, operations: 10, lies: 75 }) },
  ],
  ["counters", { ...of.counter, runs: objectRuns(counterRuns, { ...shape, lies: 35 }) }],
  ["locks", { ...of.lock, runs: objectRuns(locksOf(false, false), { ...shape, lies: 25 }) }],
  ["locks with refusals", { ...of.lock, runs: objectRuns(locksOf(false, true), { ...shape, lies: 30 }) }],
  ["locks with tokens", { ...of.lock, runs: objectRuns(locksOf(true, false), { ...shape, lies: 25 }) }],
  ["locks with both", { ...of.lock, runs: objectRuns(locksOf(true, true), { ...shape, lies: 30 }) }],
  ["texts", { ...of.text, runs: objectRuns(textRuns, { ...shape, lies: 30 }) }],
])("linearizability of %s agrees with brute force", (_, { type, checker, runs, effect, initial }) => {
  const header = headerOf({ type, ...(type === "register" ? { initial } : {}) });

  test("verdict and witness", () => {
    const seen = { satisfied: 0, violated: 0, unknown: 0, "not-applicable": 0 };
    fc.assert(
      fc.property(runs, (run) => {
        const history = historyFrom(run, header);
        const { results, anomalies } = checker.check(history, UNLIMITED);
        const { verdict } = results[0]!;
        seen[verdict]++;
        const truth = isLinearizableObject(operationsOf(history), effect, initial);
        if (verdict === "satisfied") expect(truth).toBe(true);
        if (verdict === "violated") expect(truth).toBe(false);
        expect(verdict).not.toBe("unknown");
        for (const { witness } of anomalies) {
          const part = history.select(witness.map((index) => history.rowOf(index)));
          expect(isLinearizableObject(operationsOf(part), effect, initial)).toBe(false);
          expect(checker.check(part, UNLIMITED).anomalies).toHaveLength(1);
          expect(isLinearizableObject(withUpdates(run, part), effect, initial)).toBe(false);
        }
      }),
      { numRuns: runsOf(1000) },
    );
    const total = seen.satisfied + seen.violated;
    expect(seen.satisfied / total).toBeGreaterThan(0.2);
    expect(seen.violated / total).toBeGreaterThan(0.2);
  });
});

test("a witness is not proved by what it leaves out", () => {
  const on = { key: "x", status: "ok" } as const;
  const history = historyFrom(
    [
      { ...on, session: 0, f: "append", value: "a", inv: 1, ret: 2 },
      { ...on, session: 1, f: "read", value: "z", inv: 3, ret: 6 },
      { ...on, session: 2, f: "read", value: "ab", inv: 4, ret: 10 },
      { ...on, session: 3, f: "append", value: "b", inv: 7, ret: 8 },
    ],
    headerOf({ type: "register", initial: "" }),
  );
  const { anomalies } = linearizable.check(history, UNLIMITED);
  const witness = anomalies[0]?.witness.map((index) => history.operation(history.rowOf(index)).value);
  expect(witness).toEqual(["a", "z"]);
});
