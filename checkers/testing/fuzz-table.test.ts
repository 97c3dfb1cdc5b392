import { expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { CheckResult } from "#core/checker";
import type { History } from "#core/history";
import { linearizable } from "../linearizable/linearizable.ts";
import { checkers } from "../registry.ts";
import { registerRuns } from "./arbitrary.ts";
import { fuzzTable } from "./fuzz-table.ts";
import { type FuzzCase, verdictCase } from "./fuzz/fuzz-case.ts";
import { compareMany, emptyTally, findDisagreement, rareClasses } from "./fuzz/fuzz-runs.ts";
import { headerOf } from "./operations.ts";
import { isLinearizable } from "./oracles/linearizable.ts";

test("every checker is compared with a definition, in each of its models", () => {
  const compared = fuzzTable.flatMap(({ checker, models }) =>
    models.map((model) => `${checker.name}: ${model}`),
  );
  for (const [name, { models }] of Object.entries(checkers)) {
    for (const model of models) expect(compared).toContain(`${name}: ${model}`);
  }
});

test("names tell all cases apart", () => {
  const names = fuzzTable.map(({ checker, title }) => `${checker.name}, ${title}`);
  expect(names).toEqual([...new Set(names)]);
});

/** Registers, judged by a checker with a bug. */
const judgedBy = (check: (history: History) => CheckResult): FuzzCase =>
  verdictCase({
    title: "registers",
    checker: { ...linearizable, check },
    model: "linearizable",
    header: headerOf({}),
    runs: registerRuns({ sessions: 3, keys: 1, operations: 9, lies: 45 }),
    holds: (operations) => isLinearizable(operations),
    open: "nothing",
  });

const saying = (verdict: "satisfied" | "violated" | "unknown"): FuzzCase =>
  judgedBy(() => ({ results: [{ model: "linearizable", verdict }], anomalies: [], counts: {} }));

test.each([
  ["sees nothing", saying("satisfied"), { holds: false, text: "the checker says satisfied" }],
  ["accuses everybody", saying("violated"), { holds: true, text: "the checker says violated" }],
  ["cannot decide", saying("unknown"), { text: "the checker cannot decide it" }],
  [
    "names too few operations",
    judgedBy((history) => {
      const result = linearizable.check(history, UNLIMITED);
      const anomalies = result.anomalies.map((anomaly) => ({
        ...anomaly,
        witness: anomaly.witness.slice(0, 1),
      }));
      return { ...result, anomalies };
    }),
    { holds: false, text: "the witness [0] of non-linearizable breaks no definition" },
  ],
])("a checker that %s is found out, on a history as small as can be", (_, fuzzCase, expected) => {
  const finding = findDisagreement(fuzzCase, emptyTally(), { numRuns: 200, seed: 1 });
  expect(finding).toMatchObject({ model: "linearizable", ...expected });
  expect(finding!.run.length).toBeLessThanOrEqual(4);
  expect(() => compareMany(fuzzCase, 200)).toThrow(/by its definition, but the (checker|witness)/);
});

test.each([
  [{ satisfied: 50, violated: 50, unknown: 0, "not-applicable": 0 }, []],
  [{ satisfied: 0, violated: 30, unknown: 0, "not-applicable": 70 }, []],
  [{ satisfied: 81, violated: 19, unknown: 0, "not-applicable": 0 }, ["violated"]],
  [{ satisfied: 15, violated: 25, unknown: 60, "not-applicable": 0 }, ["satisfied"]],
])("classes that are too rare in %o", (tally, rare) => {
  expect(rareClasses(tally)).toEqual(rare);
});
