import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import { checkers } from "../checkers/registry.ts";
import { operationsOf as plainOperations } from "../checkers/testing/operations.ts";
import {
  counterEffect,
  type Effect,
  isLinearizableObject,
  lockEffect,
  queueEffect,
  setEffect,
} from "../checkers/testing/oracles/linearizable-object.ts";
import { isLinearizable } from "../checkers/testing/oracles/linearizable.ts";
import { Random } from "../harness/core/random.ts";
import { parseHistory } from "../harness/history/read-history.ts";
import { ATOMIC_KINDS } from "../harness/synthetic/atomic-object.ts";
import { injections } from "../harness/synthetic/injections/registry.ts";
import { linearizableRun, type RunShape } from "../harness/synthetic/linearizable-run.ts";
import { copyOf, linesOf, type Recording } from "../harness/synthetic/recording.ts";

const SEEDS = Array.from({ length: 40 }, (_, seed) => String(seed));
const SMALL = { operations: 9, clients: 3, inFlight: 3, keys: 1, indefinite: 0.2 };

const historyOf = (recording: Recording): History =>
  parseHistory([...linesOf(recording)].join(""), "synthetic");
const runOf = (name: string, shape: Omit<RunShape, "kind">): Recording =>
  linearizableRun({ kind: ATOMIC_KINDS[name]!, ...shape });

const EFFECTS: Readonly<Record<string, readonly [Effect, Json]>> = {
  set: [setEffect, []],
  queue: [queueEffect, []],
  counter: [counterEffect, 0],
  lock: [lockEffect, [null, -1]],
};

/** By trying all orders, object by object. */
function holds(history: History): boolean {
  const ofKeys = Map.groupBy(plainOperations(history), ({ key }) => key).values();
  const [effect, initial] = EFFECTS[history.header.objects[0]!.type] ?? [];
  return [...ofKeys].every((operations) =>
    effect === undefined ? isLinearizable(operations) : isLinearizableObject(operations, effect, initial!),
  );
}

const verdictOf = (history: History): string[] =>
  Object.values(checkers)
    .filter((checker) => checker.applies(history))
    .flatMap((checker) => checker.check(history, UNLIMITED).results)
    .flatMap(({ model, verdict }) => (model === "linearizable" ? [verdict] : []));

describe.each(Object.keys(ATOMIC_KINDS))("made histories: %s", (name) => {
  test("small ones are linearizable by the definition", () => {
    for (const seed of SEEDS)
      expect([seed, holds(historyOf(runOf(name, { ...SMALL, seed })))]).toEqual([seed, true]);
  });

  test("large ones are satisfied, whatever the concurrency", () => {
    for (const [clients, inFlight, keys] of [
      [10, 10, 1],
      [10, 2, 3],
      [40, 40, 5],
    ] as const) {
      const shape = { operations: 2_000, clients, inFlight, keys, indefinite: 0.01, seed: "1" };
      expect(verdictOf(historyOf(runOf(name, shape)))).toEqual(["satisfied"]);
    }
  });

  test("the same shape gives the same lines, another seed others", () => {
    const [one, again, other] = ["a", "a", "b"].map((seed) => [...linesOf(runOf(name, { ...SMALL, seed }))]);
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });
});

test("operations are under way together, and some are indefinite", () => {
  const history = historyOf(
    runOf("register", { operations: 500, clients: 20, inFlight: 20, keys: 1, indefinite: 0.1, seed: "1" }),
  );
  const open = history.invRank.map(
    (inv) => history.invRank.filter((other, row) => other <= inv && history.retRank[row]! > inv).length,
  );
  expect(Math.max(...open)).toBeGreaterThan(10);
  expect(history.status.filter((status) => status === 2).length).toBeGreaterThan(10);
});

/** Anomalies that show in the order of the operations, without final reads or a known order of versions. */
const LINEARIZABILITY = ["non-linearizable", "stale-read", "thin-air-read", "aborted-read", "future-read"];

describe.each(Object.keys(ATOMIC_KINDS))("anomalies put into %s", (name) => {
  const valid = runOf(name, { ...SMALL, operations: 8, seed: "5" });
  const applicable = injections.filter(
    (injection) => injection.applies(valid) && injection.types.some((type) => LINEARIZABILITY.includes(type)),
  );

  test("there are some", () => {
    expect(applicable.length).toBeGreaterThan(1);
  });

  test.each(applicable)("$name: is there, by the definition", (injection) => {
    let injected = 0;
    for (const seed of SEEDS) {
      const recording = copyOf(runOf(name, { ...SMALL, seed }));
      const altered = injection.inject(recording, new Random(seed));
      if (altered === undefined) continue;
      injected++;
      const history = historyOf(recording);
      expect([seed, holds(history)]).toEqual([seed, false]);
      for (const { index, type } of altered)
        expect([type, history.rowOf(index)]).toEqual(["invoke", expect.any(Number)]);
    }
    expect(injected).toBeGreaterThan(0);
  });
});
