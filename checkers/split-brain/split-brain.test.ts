import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { registerRuns, runsOf } from "../testing/arbitrary.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation, operationsOf } from "../testing/operations.ts";
import { isLinearizableObject, lockEffect } from "../testing/oracles/linearizable-object.ts";
import { isLinearizable } from "../testing/oracles/linearizable.ts";
import { forkedValues, heldTwice } from "../testing/oracles/split-brain.ts";
import { splitBrain } from "./split-brain.ts";

const check = (text: string, type: "register" | "lock" = "register") =>
  splitBrain.check(historyFrom(operations(text), headerOf({ type })), UNLIMITED);

describe("forks", () => {
  test.each([
    [
      "W1 | C1>2@n1 | C1>3@n2",
      [0, 2, 4],
      "2 compare-and-sets on x from 1, a value that was there only once, succeeded: session s1 set 2 on n1 at 4.00 ms; session s2 set 3 on n2 at 6.00 ms",
    ],
    [
      "C->2 | C->3",
      [0, 2],
      "2 compare-and-sets on x from null, a value that was there only once, succeeded: session s0 set 2 at 2.00 ms; session s1 set 3 at 4.00 ms",
    ],
    [
      "W1 W1 | C1>2 C1>3 C1>4",
      [0, 2, 4, 6, 8],
      "3 compare-and-sets on x from 1, a value that was there only 2 times, succeeded: session s1 set 2 at 6.00 ms; session s1 set 3 at 8.00 ms; session s1 set 4 at 10.0 ms",
    ],
  ])("%s", (text, witness, explanation) => {
    expect(check(text).anomalies).toMatchObject([{ type: "split-brain", witness, explanation }]);
  });

  test.each([
    ["one after the other", "W1 | C1>2 | C2>3"],
    ["one refused", "W1 | C1>2 | C1>3~"],
    ["one indefinite", "W1 | C1>2 | C1>3?"],
    ["the value came back", "W1 | C1>2 C2>1 | C1>3"],
    ["it may have come back", "W1 W1? | C1>2 | C1>3"],
    ["to the same value", "W1 | C1>1 | C1>1 | C1>2"],
    ["deleted in between", "C->1 D | C->2"],
  ])("none: %s", (_, text) => {
    expect(check(text).anomalies).toEqual([]);
  });
});

describe("locks with two holders", () => {
  test.each([
    [
      "L[1,2]@n1 U[9,10]@n1 | L[3,4]@n2",
      [0, 2, 4],
      "two sessions held x at once: session s0 through n1 from 2.00 ms until it released it at 9.00 ms, and session s1 got it from n2 at 4.00 ms",
    ],
    [
      "L[1,4] U[9,10] | L[2,5] U[7,8]",
      [0, 1, 4, 6],
      "two sessions held x at once: session s0 from 4.00 ms until it released it at 9.00 ms, and session s1 got it at 5.00 ms",
    ],
  ])("%s", (text, witness, explanation) => {
    expect(check(text, "lock").anomalies).toMatchObject([{ type: "split-brain", witness, explanation }]);
  });

  test.each([
    ["in turn", "L[1,2] U[3,4] | L[5,6] U[7,8]"],
    ["the release may have come first", "L[1,2] U[3,6] | L[4,7]"],
    ["the first never released it: its session may have ended", "L[1,2] | L[5,6] U[7,8]"],
    ["an earlier release was still under way", "L[1,2] U[3,] L[5,6] U[9,10] | L[7,8]"],
    ["refused", "L[1,2] U[9,10] | L[3,4]~"],
    ["one session twice", "L[1,2] L[3,4] U[9,10]"],
    ["overlapping acquires of which one may be over", "L[1,4] | L[2,5] U[7,8]"],
  ])("none: %s", (_, text) => {
    expect(check(text, "lock").anomalies).toEqual([]);
  });
});

test("forks are those of the definition, and never linearizable", () => {
  let [forked, whole] = [0, 0];
  fc.assert(
    fc.property(
      registerRuns({ sessions: 3, keys: 1, operations: 11, lies: 55, cas: 75, deletes: 2 }),
      registerRuns({ sessions: 3, keys: 1, operations: 10, lies: 60, cas: 80, deletes: 2, values: 4 }),
      (unique, repeated) => {
        for (const run of [unique, repeated]) {
          const history = historyFrom(run, headerOf({}));
          const { counts, anomalies } = splitBrain.check(history, UNLIMITED);
          const all = operationsOf(history);
          expect(counts["split-brain"] ?? 0).toBe(forkedValues(all).length);
          if (anomalies.length > 0) forked++;
          else whole++;
          for (const { witness, explanation } of anomalies) {
            const part = history.select(witness.map((index) => history.rowOf(index)));
            const again = splitBrain.check(part, UNLIMITED).anomalies;
            expect(again.map((found) => found.explanation)).toContain(explanation);
            expect(isLinearizable(operationsOf(part))).toBe(false);
            expect(isLinearizable(all)).toBe(false);
          }
        }
      },
    ),
    { numRuns: runsOf(1000) },
  );
  expect(forked / (forked + whole)).toBeGreaterThan(0.2);
  expect(whole / (forked + whole)).toBeGreaterThan(0.2);
});

/** Sessions that acquire and release in turn, whoever else holds the lock; some lack an end, or an outcome. */
const sharedLocks: fc.Arbitrary<Operation[]> = fc
  .noBias(
    fc.array(
      fc.record({
        session: fc.nat({ max: 2 }),
        gap: fc.nat({ max: 9 }),
        acquiring: fc.integer({ min: 1, max: 4 }),
        holding: fc.integer({ min: 1, max: 5 }),
        releasing: fc.integer({ min: 1, max: 4 }),
        outcome: fc.nat({ max: 99 }),
      }),
      { minLength: 2, maxLength: 5 },
    ),
  )
  .map((steps) => {
    const free = new Map<number, number>();
    return steps.flatMap(({ session, gap, acquiring, holding, releasing, outcome }): Operation[] => {
      const from = (free.get(session) ?? 0) + 1 + gap;
      const [got, end] = [from + acquiring, from + acquiring + holding];
      free.set(session, end + releasing);
      const base = { session, key: "x", value: null };
      const acquire: Operation = { ...base, f: "acquire", inv: from, ret: got, status: "ok" };
      const release: Operation = { ...base, f: "release", inv: end, ret: end + releasing, status: "ok" };
      if (outcome < 8) return [acquire, { ...release, ret: Number.POSITIVE_INFINITY, status: "info" }];
      if (outcome < 14) return [{ ...acquire, ret: Number.POSITIVE_INFINITY, status: "info" }, release];
      if (outcome < 22) return [acquire];
      return outcome < 28 ? [{ ...acquire, result: false }] : [acquire, release];
    });
  });

test("double holds are those of the definition, and never linearizable", () => {
  let [double, single] = [0, 0];
  fc.assert(
    fc.property(sharedLocks, (run) => {
      const history = historyFrom(run, headerOf({ type: "lock" }));
      const { anomalies } = splitBrain.check(history, UNLIMITED);
      const all = operationsOf(history);
      expect(anomalies.length > 0).toBe(heldTwice(all));
      if (anomalies.length > 0) double++;
      else single++;
      for (const { witness } of anomalies) {
        const part = history.select(witness.map((index) => history.rowOf(index)));
        expect(splitBrain.check(part, UNLIMITED).anomalies).toHaveLength(1);
        expect(isLinearizableObject(operationsOf(part), lockEffect, [null, -1])).toBe(false);
        expect(isLinearizableObject(all, lockEffect, [null, -1])).toBe(false);
      }
    }),
    { numRuns: runsOf(1000) },
  );
  expect(double / (double + single)).toBeGreaterThan(0.2);
  expect(single / (double + single)).toBeGreaterThan(0.2);
});
