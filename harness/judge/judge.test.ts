import { describe, expect, test } from "vitest";
import { BudgetExceeded, UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { History } from "#core/history";
import type { Anomaly, Expectation } from "#core/verdict";
import { judge } from "./judge.ts";

const anomaly: Anomaly = { type: "stale-read", model: "linearizable", witness: [0, 2], explanation: "stale" };
const violated: CheckResult = {
  results: [{ model: "linearizable", verdict: "violated" }],
  anomalies: [anomaly],
  counts: { "stale-read": 1 },
};
const satisfied: CheckResult = {
  results: [{ model: "linearizable", verdict: "satisfied" }],
  anomalies: [],
  counts: {},
};

/** A history of which only its size and rows matter; `select` keeps the count of rows. */
function historyOf(length: number): History {
  return {
    source: "test",
    length,
    warnings: [],
    rowOf: (index: number) => index,
    select: (rows: readonly number[]) => historyOf(rows.length),
  } as unknown as History;
}

const checker = (name: string, check: Checker["check"]): Checker => ({
  name,
  summary: "",
  models: ["linearizable"],
  partition: "none",
  applies: () => true,
  check,
});

const holds: Expectation = { model: "linearizable", is: "holds" };
const verdictOf = (checkers: Checker[], expectations: Expectation[] = [holds], insufficient: string[] = []) =>
  judge(historyOf(10), { checkers, expectations, insufficient, budget: () => UNLIMITED, elapsedMs: () => 1 });

describe("judge", () => {
  test("believes a violation whose witness proves it alone", () => {
    const verdict = verdictOf([checker("c", () => violated)]);
    expect(verdict).toMatchObject({ valid: false, anomalies: [anomaly], weakestViolated: ["linearizable"] });
    expect(verdict.expectations[0]?.outcome).toBe("broken");
  });

  test("answers unknown when the witness does not prove it", () => {
    const verdict = verdictOf([checker("c", (history) => (history.length === 10 ? violated : satisfied))]);
    expect(verdict).toMatchObject({ valid: "unknown", anomalies: [] });
    expect(verdict.models["linearizable"]?.reason).toContain("a bug in riftcheck");
  });

  test("answers unknown when a checker throws or runs out of budget", () => {
    const thrown = verdictOf([
      checker("c", () => {
        throw new Error("oops");
      }),
    ]);
    expect(thrown).toMatchObject({ valid: "unknown" });
    expect(thrown.models["linearizable"]?.reason).toBe("the checker c failed: oops");
    const exceeded = verdictOf([
      checker("c", () => {
        throw new BudgetExceeded("--timeout 1 s");
      }),
    ]);
    expect(exceeded.models["linearizable"]?.reason).toBe("budget used up: --timeout 1 s");
  });

  test("believes neither of two checkers that contradict each other", () => {
    const verdict = verdictOf([checker("a", () => violated), checker("b", () => satisfied)]);
    expect(verdict.valid).toBe("unknown");
    expect(verdict.models["linearizable"]?.reason).toContain("contradict");
  });

  test("lets satisfied models satisfy weaker ones that nobody judged", () => {
    const verdict = verdictOf([checker("c", () => satisfied)]);
    expect(verdict.models["sequential"]).toEqual({
      verdict: "satisfied",
      reason: "follows from linearizable",
    });
    expect(verdict.strongest).toEqual(["linearizable"]);
    expect(verdict.valid).toBe(true);
  });

  test("looks at expectations only: what may break may, what should break and did not is no failure", () => {
    expect(
      verdictOf([checker("c", () => violated)], [{ model: "linearizable", is: "may-break" }]).valid,
    ).toBe(true);
    const surprise = verdictOf([checker("c", () => satisfied)], [{ model: "linearizable", is: "breaks" }]);
    expect(surprise.valid).toBe(true);
    expect(surprise.expectations[0]?.outcome).toBe("surprise");
    expect(verdictOf([checker("c", () => violated)], []).valid).toBe(true);
  });

  test("proves nothing from a run that did too little, yet keeps a violation", () => {
    const idle = verdictOf([checker("c", () => satisfied)], [holds], ["only 3 operations succeeded"]);
    expect(idle).toMatchObject({ valid: "unknown" });
    expect(idle.summary).toContain("only 3 operations succeeded");
    expect(verdictOf([checker("c", () => violated)], [holds], ["too few"]).valid).toBe(false);
  });

  test("leaves an expectation undecided that no checker looked at", () => {
    expect(verdictOf([], [holds]).valid).toBe("unknown");
  });
});
