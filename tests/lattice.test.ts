import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { Checker } from "#core/checker";
import { type VerdictDocument, verdictDocumentSchema } from "#core/run";
import { checkers } from "../checkers/registry.ts";
import { withFinalReads } from "../checkers/testing/arbitrary-final.ts";
import { registerRuns, runsOf } from "../checkers/testing/arbitrary.ts";
import { headerOf, historyFrom, type Operation } from "../checkers/testing/operations.ts";
import type { ObjectSpec } from "#core/operation";
import { exitCodeOf } from "../harness/cli/exit-code.ts";
import { reportData } from "../reports/data.ts";
import { renderJunit } from "../reports/junit.ts";
import { renderText } from "../reports/text.ts";
import { judge } from "../harness/judge/judge.ts";

const NODES = ["n1", "n2"];

/** Every checker is run, whatever others found, so that they can contradict each other. */
function judged(run: readonly Operation[], spec: Partial<ObjectSpec>): VerdictDocument {
  const all = Object.values(checkers).map((checker) => ({ ...checker, impliedBy: [] }));
  return judge(historyFrom(run, headerOf(spec, NODES)), {
    checkers: all,
    expectations: [],
    insufficient: [],
    budgets: () => ({ check: UNLIMITED, proof: UNLIMITED }),
    elapsedMs: () => 0,
  });
}

const singleWriter = { sessions: 3, keys: 2, operations: 12, lies: 30, singleWriter: true };
const free = { sessions: 3, keys: 2, operations: 10, lies: 25, cas: 15, deletes: 5 };
const repeated = { sessions: 3, keys: 1, operations: 9, lies: 20, cas: 20, values: 3 };

/** The store tells each value's version, and the versions do not follow the order in which the values were written. */
const lyingVersions = registerRuns(free).map((run) =>
  run.map((operation) =>
    typeof operation.value === "number" && operation.status === "ok"
      ? { ...operation, version: (operation.value * 7) % 11 }
      : operation,
  ),
);

describe.each<[string, Partial<ObjectSpec>, fc.Arbitrary<Operation[]>]>([
  ["single-writer", { order: "single-writer" }, withFinalReads(registerRuns(singleWriter), NODES)],
  ["unknown", { order: "unknown" }, withFinalReads(registerRuns(free), NODES)],
  ["value", { order: "value" }, withFinalReads(registerRuns(free), NODES)],
  ["version, which lies", { order: "version" }, lyingVersions],
  ["unknown, values repeat", { order: "unknown" }, registerRuns(repeated)],
])("the checkers of registers, version order %s", (_, spec, runs) => {
  test("never contradict each other", () => {
    const seen = { satisfied: 0, violated: 0, derived: 0 };
    fc.assert(
      fc.property(runs, (run) => {
        const verdict = judged(run, spec);
        expect(verdict.contradictions ?? []).toEqual([]);
        expect(exitCodeOf(verdict)).toBe(0);
        const linearizable = verdict.models["linearizable"]?.verdict;
        if (linearizable === "satisfied" || linearizable === "violated") seen[linearizable]++;
        if (verdict.results.some(({ reason }) => reason?.startsWith("follows from") === true)) seen.derived++;
      }),
      { numRuns: runsOf(500) },
    );
    expect(seen.satisfied).toBeGreaterThan(runsOf(500) / 10);
    expect(seen.violated).toBeGreaterThan(runsOf(500) / 10);
    expect(seen.derived).toBeGreaterThan(runsOf(500) / 10);
  });
});

test("checkers that contradict each other are shown in text, JSON and report, and end with exit code 70", () => {
  const liar: Checker = {
    name: "liar",
    summary: "",
    models: ["causal"],
    partition: "none",
    applies: () => true,
    check: ({ invRank }) => ({
      results: [{ model: "causal", verdict: "violated" }],
      anomalies: [
        { type: "causality-violation", model: "causal", witness: [...invRank], explanation: "effect first" },
      ],
      counts: { "causality-violation": 1 },
    }),
  };
  const history = historyFrom(
    [
      { session: 0, f: "write", key: "x", value: 1, inv: 1, ret: 2, status: "ok" },
      { session: 1, f: "read", key: "x", value: 1, inv: 3, ret: 4, status: "ok" },
    ],
    headerOf({ order: "unknown" }, NODES),
  );
  const verdict = judge(history, {
    checkers: [...Object.values(checkers), liar],
    expectations: [{ model: "linearizable", is: "holds" }],
    insufficient: [],
    budgets: () => ({ check: UNLIMITED, proof: UNLIMITED }),
    elapsedMs: () => 0,
  });
  expect(exitCodeOf(verdict)).toBe(70);
  expect(verdictDocumentSchema.parse(JSON.parse(JSON.stringify(verdict))).contradictions).toEqual(
    expect.arrayContaining([
      {
        satisfied: { model: "linearizable", checker: "linearizable" },
        violated: { model: "causal", checker: "liar", reason: "effect first", witness: [0, 2] },
      },
    ]),
  );
  const words =
    "a bug in riftcheck: two checkers contradict each other: linearizable says that linearizable is satisfied, liar says that causal is violated (effect first), witness 0, 2";
  expect(renderText(verdict)).toContain(words);
  expect(reportData({ verdict, history }).warnings).toContain(words);
  expect(renderText(verdict)).toContain("? Undecided");
  expect(renderJunit(verdict)).toContain(`<error message="${words}"`);
  expect(renderJunit(verdict)).toContain('errors="1"');
});
