import { describe, expect, test } from "vitest";
import { type Budget, BudgetExceeded, UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import { setDurability } from "../../checkers/set-durability/set-durability.ts";
import { operations } from "../../checkers/testing/notation.ts";
import { headerOf, historyFrom } from "../../checkers/testing/operations.ts";
import { runChecker } from "./run-checker.ts";

const WHOLE = 10;

/** A history of which only its size and rows matter. */
const historyOf = (length: number): History =>
  ({
    length,
    key: new Int32Array(length).fill(NONE),
    rowOf: (index: number) => index,
    select: (rows: readonly number[]) => historyOf(rows.length),
  }) as unknown as History;

const violated: CheckResult = {
  results: [{ model: "linearizable", verdict: "violated" }],
  anomalies: [{ type: "stale-read", model: "linearizable", witness: [0, 2], explanation: "stale" }],
  counts: { "stale-read": 1 },
};
const unknown: CheckResult = {
  results: [{ model: "linearizable", verdict: "unknown", reason: "budget used up" }],
  anomalies: [],
  counts: {},
};

const checker = (check: Checker["check"]): Checker => ({
  name: "c",
  summary: "",
  models: ["linearizable"],
  partition: "none",
  applies: () => true,
  check,
});

/** A budget that is used up. */
const spent: Budget = {
  ...UNLIMITED,
  tick: () => {
    throw new BudgetExceeded("--timeout 1 s");
  },
};

const run = (check: Checker["check"], proof: Budget) =>
  runChecker(checker(check), historyOf(WHOLE), { check: UNLIMITED, proof }).results[0];

describe("a witness is proved again with a budget of its own", () => {
  test("which may be used up by a checker that lets it pass", () => {
    const result = run((history, budget) => {
      if (history.length < WHOLE) budget.tick();
      return violated;
    }, spent);
    expect(result?.verdict).toBe("unknown");
    expect(result?.reason).toMatch(/could not be proved again: budget used up: --timeout 1 s/);
  });

  test("or by one that keeps it to itself, which is no bug", () => {
    const result = run((history, budget) => {
      if (history.length === WHOLE) return violated;
      expect(() => budget.tick()).toThrow(BudgetExceeded);
      return unknown;
    }, spent);
    expect(result?.verdict).toBe("unknown");
    expect(result?.reason).toMatch(/could not be proved again: budget used up: --timeout 1 s/);
  });

  test("and a proof that failed with time left is one", () => {
    const result = run((history) => (history.length === WHOLE ? violated : unknown), UNLIMITED);
    expect(result?.reason).toMatch(/a bug in riftcheck/);
  });

  test("so that what was found is not lost with the budget of the check", () => {
    const found = checker((history, budget) => {
      if (history.length < WHOLE) budget.tick();
      return violated;
    });
    expect(runChecker(found, historyOf(WHOLE), { check: spent, proof: UNLIMITED })).toEqual(violated);
  });
});

describe("the witness of what reads of whole sets lack", () => {
  const history = historyFrom(
    operations("A1 A2 A3 A4 | R{2,3,4}@n1* R{2,3,4}@n2*"),
    headerOf({ type: "set" }, ["n1", "n2"]),
  );
  const sizes = (check: Checker["check"]): number[] => {
    const seen: number[] = [];
    const noting = checker((part, budget) => {
      seen.push(part.valueCount);
      return check(part, budget);
    });
    const { results } = runChecker(noting, history, { check: UNLIMITED, proof: UNLIMITED });
    expect(results).toMatchObject([{ verdict: "violated" }]);
    return seen;
  };

  test("is proved on the elements that it names, whatever else they show", () => {
    expect(sizes((part, budget) => setDurability.check(part, budget))).toEqual([4, 1]);
  });

  test("or on all of them, where those do not prove it", () => {
    const onAll: Checker["check"] = (part, budget) =>
      part.valueCount < 4 ? unknown : setDurability.check(part, budget);
    expect(sizes(onAll)).toEqual([4, 1, 4]);
  });
});
