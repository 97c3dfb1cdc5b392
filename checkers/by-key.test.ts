import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { Checker, KeyVerdict } from "#core/checker";
import type { History } from "#core/history";
import { fuzzTable } from "./testing/fuzz-table.ts";
import { runsOf } from "./testing/arbitrary.ts";
import { historyFrom, type Operation } from "./testing/operations.ts";

/** Runs on objects of their own, one after the other. */
const onKeysOfTheirOwn = (runs: readonly (readonly Operation[])[]): Operation[] =>
  runs.flatMap((run, i) =>
    run.map((operation) => ({
      ...operation,
      key: `${operation.key}${i}`,
      inv: operation.inv + 1_000 * i,
      ret: operation.ret + 1_000 * i,
    })),
  );

/** Judges the keys one by one, the last first, as other threads would. */
function inSteps({ byKey }: Checker, history: History): unknown {
  const { keys, conclude } = byKey!.begin(history, UNLIMITED);
  const verdicts = new Map<number, KeyVerdict>();
  for (const key of keys.toReversed()) {
    const found = structuredClone(byKey!.judge(history, [key], UNLIMITED));
    for (const [judged, verdict] of found) verdicts.set(judged, verdict);
  }
  return conclude(verdicts);
}

const shared = fuzzTable.filter(({ checker }) => checker.byKey !== undefined);

describe.each(shared.map((fuzzCase) => [`${fuzzCase.checker.name}, ${fuzzCase.title}`, fuzzCase] as const))(
  "%s",
  (_, { checker, header, runs }) => {
    test("finds in steps what it finds at once", () => {
      fc.assert(
        fc.property(fc.tuple(runs, runs, runs), (three) => {
          const history = historyFrom(onKeysOfTheirOwn(three), header);
          expect(JSON.stringify(inSteps(checker, history))).toBe(
            JSON.stringify(checker.check(history, UNLIMITED)),
          );
        }),
        { numRuns: runsOf(200) },
      );
    });
  },
);

test("whatever searches key by key can be shared", () => {
  const names = new Set(shared.map(({ checker }) => checker.name));
  const searching = fuzzTable.filter(
    ({ checker: { searches, partition } }) => searches === true && partition === "key",
  );
  expect(names).toEqual(new Set(searching.map(({ checker }) => checker.name)));
  expect(names.size).toBe(7);
});
