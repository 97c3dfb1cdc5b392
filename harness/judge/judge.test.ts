import { describe, expect, test } from "vitest";
import { BudgetExceeded, UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Anomaly, Expectation, Model } from "#core/verdict";
import { parseHistory } from "../history/read-history.ts";
import { judge } from "./judge.ts";

const anomaly: Anomaly = { type: "stale-read", model: "linearizable", witness: [0, 2], explanation: "stale" };
const violated: CheckResult = {
  results: [{ model: "linearizable", verdict: "violated" }],
  anomalies: [anomaly],
  counts: { "stale-read": 1 },
};
const violatedCausal: CheckResult = {
  results: [{ model: "causal", verdict: "violated" }],
  anomalies: [{ type: "causality-violation", model: "causal", witness: [0, 1], explanation: "effect first" }],
  counts: { "causality-violation": 1 },
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
    keys: [],
    key: new Int32Array(length).fill(NONE),
    levelNames: [],
    header: {},
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

const unlimited = () => ({ check: UNLIMITED, proof: UNLIMITED });
const holds: Expectation = { model: "linearizable", is: "holds" };
const verdictOf = (checkers: Checker[], expectations: Expectation[] = [holds], insufficient: string[] = []) =>
  judge(historyOf(10), { checkers, expectations, insufficient, budgets: unlimited, elapsedMs: () => 1 });

describe("judge", () => {
  test("believes a violation whose witness proves it alone", () => {
    const verdict = verdictOf([checker("c", () => violated)]);
    expect(verdict).toMatchObject({ valid: false, anomalies: [anomaly], weakestViolated: ["linearizable"] });
    expect(verdict.expectations[0]?.outcome).toBe("broken");
  });

  test("believes a violation that it cannot draw, and says that it cannot", () => {
    const verdict = verdictOf([checker("c", () => violated)]);
    expect(verdict.anomalies[0]).not.toHaveProperty("edges");
    expect(verdict.warnings.join()).toContain("a bug in riftcheck: no edges for an anomaly stale-read");
  });

  test("gives every anomaly edges between operations of its witness", () => {
    const lines = [
      { index: 0, process: 0, type: "invoke", f: "write", key: "x", value: 1 },
      { index: 1, process: 0, type: "ok", f: "write", key: "x", value: 1 },
      { index: 2, process: 1, type: "invoke", f: "read", key: "x", value: null },
      { index: 3, process: 1, type: "ok", f: "read", key: "x", value: null },
    ];
    const history = parseHistory(
      lines.map((line) => `${JSON.stringify({ time: line.index, ...line })}\n`).join(""),
    );
    const edges = [{ from: 0, to: 3, kind: "real-time" as const, reason: "3 is no operation" }];
    const astray = checker("c", () => ({ ...violated, anomalies: [{ ...anomaly, edges }] }));
    const verdict = judge(history, {
      checkers: [astray],
      expectations: [holds],
      insufficient: [],
      budgets: () => ({ check: UNLIMITED, proof: UNLIMITED }),
      elapsedMs: () => 1,
    });
    const joined = verdict.anomalies[0]?.edges?.map(({ from, to, kind }) => ({ from, to, kind }));
    expect(joined).toEqual([
      { from: 0, to: 2, kind: "real-time" },
      { from: 2, to: 0, kind: "overwritten" },
    ]);
    expect(verdict.warnings.filter((warning) => warning.includes("bug"))).toEqual([]);
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
    expect(verdict.summary).toContain("a bug in riftcheck");
    expect(verdict.contradictions).toEqual([
      {
        satisfied: { model: "linearizable", checker: "b" },
        violated: { model: "linearizable", checker: "a", reason: "stale", witness: [0, 2] },
      },
    ]);
    expect(verdict.anomalies).toEqual([]);
    expect(verdict.counts).toEqual({});
    expect([verdict.strongest, verdict.weakestViolated]).toEqual([[], []]);
  });

  test("believes neither of two checkers whose models exclude each other", () => {
    const liar = { ...checker("liar", () => violatedCausal), models: ["causal"] as const };
    const verdict = verdictOf([checker("b", () => satisfied), liar]);
    expect([verdict.models["linearizable"]?.verdict, verdict.models["causal"]?.verdict]).toEqual([
      "unknown",
      "unknown",
    ]);
    expect(verdict.contradictions).toHaveLength(1);
  });

  test("counts what is left of a type of which some are contradicted", () => {
    const both: CheckResult = {
      results: [
        { model: "linearizable", verdict: "violated" },
        { model: "bounded-staleness", verdict: "violated" },
      ],
      anomalies: [anomaly, { ...anomaly, model: "bounded-staleness" }],
      counts: { "stale-read": 2 },
    };
    const accuser: Checker = {
      ...checker("accuser", () => both),
      models: ["linearizable", "bounded-staleness"],
    };
    const verdict = verdictOf([accuser, checker("optimist", () => satisfied)]);
    expect(verdict.anomalies).toMatchObject([{ type: "stale-read", model: "bounded-staleness" }]);
    expect(verdict.counts).toEqual({ "stale-read": 1 });
    expect(verdict.results).toContainEqual(
      expect.objectContaining({ model: "linearizable", verdict: "unknown", disputed: true }),
    );
  });

  test("tells of what was contradicted, and believes what was not", () => {
    const liar = { ...checker("liar", () => violatedCausal), models: ["causal"] as const };
    const loss: CheckResult = {
      results: [{ model: "no-lost-writes", verdict: "violated" }],
      anomalies: [{ type: "lost-write", model: "no-lost-writes", witness: [4], explanation: "gone" }],
      counts: { "lost-write": 1 },
    };
    const keeper = { ...checker("keeper", () => loss), models: ["no-lost-writes"] as const };
    const verdict = verdictOf([checker("b", () => satisfied), liar, keeper]);
    expect(verdict.weakestViolated).toEqual(["no-lost-writes"]);
    expect(verdict.anomalies.map(({ type }) => type)).toEqual(["lost-write"]);
    expect(verdict.counts).toEqual({ "lost-write": 1 });
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

  const named = (name: string, model: Model, verdict: "satisfied" | "violated" | "unknown"): Checker => ({
    ...checker(name, () => ({ results: [{ model, verdict }], anomalies: [], counts: {} })),
    models: [model],
  });
  const never: Checker["check"] = () => {
    throw new Error("it was run");
  };

  test("does not run what a satisfied model implies", () => {
    const spared: Checker = {
      ...named("spared", "causal", "satisfied"),
      impliedBy: ["linearizable"],
      check: never,
    };
    const verdict = verdictOf([checker("c", () => satisfied), spared]);
    expect(verdict.models["causal"]).toEqual({ verdict: "satisfied", reason: "follows from linearizable" });
    const needed = verdictOf([named("c", "linearizable", "unknown"), spared]);
    expect(needed.models["causal"]?.reason).toContain("it was run");
  });

  test("does not run what would take too long on a long history unless asked", () => {
    const slow: Checker = { ...named("slow", "pram", "satisfied"), mostOperations: 9 };
    expect(verdictOf([slow]).models["pram"]).toEqual({
      verdict: "unknown",
      reason: "10 operations are more than the 9 judged unasked: --model pram judges it",
    });
    const asked = judge(historyOf(10), {
      checkers: [slow],
      asked: ["pram"],
      expectations: [],
      insufficient: [],
      budgets: unlimited,
      elapsedMs: () => 1,
    });
    expect(asked.models["pram"]?.verdict).toBe("satisfied");
  });

  test("lets a violated model violate stronger ones that are undecided", () => {
    const { models } = verdictOf([named("a", "sequential", "unknown"), named("b", "causal", "violated")]);
    expect(models["sequential"]).toEqual({ verdict: "violated", reason: "follows from causal" });
    const variants = verdictOf([named("a", "pram", "unknown"), named("b", "monotonic-reads", "violated")]);
    expect(variants.models["pram"]?.verdict).toBe("unknown");
  });
});
