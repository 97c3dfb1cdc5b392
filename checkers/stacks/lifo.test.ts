import fc from "fast-check";
import { expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { search } from "../search/search.ts";
import { stacks } from "../search/models/stack.ts";
import { rowsOfKeys } from "../search/rows.ts";
import { objectRuns, stacksOf } from "../testing/arbitrary-objects.ts";
import { runsOf } from "../testing/arbitrary.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { judgeLifo } from "./lifo.ts";

const header = headerOf({ type: "stack" });

function problemOf(run: readonly Operation[]) {
  const history = historyFrom(run, header);
  const problems = stacks.problemsOf(history, 0, rowsOfKeys(history, [0]).get(0)!);
  if (typeof problems === "string") throw new Error(problems);
  return { history, problem: problems[0]! };
}

function judge(run: readonly Operation[]) {
  const { history, problem } = problemOf(run);
  const answer = judgeLifo(history, problem, UNLIMITED);
  const words =
    answer?.verdict === "violated" ? [...answer.entries].map((entry) => problem.row[entry]) : undefined;
  return { answer, words };
}

test.each([
  // Both can have been below the other: each overlaps the other's push and pop.
  ["S1[0,5] | S2[1,4] | T1[6,11] | T2[7,10]", "satisfied"],
  // The lowest may be put in before and taken out after everything else.
  ["S1[0,20] T1[21,40] | S2[1,2] S3[5,6] | T2[7,8] T3[9,10]", "violated"],
  ["S0[0,3] | T0[12,20] | S2[1,2] S3[5,6] | T3[7,8] T2[9,10]", "satisfied"],
  // Nobody need have pushed it.
  ["S1[0,] | S2[1,2] | T2[3,4] T-[5,6]", "satisfied"],
  // The pop of unknown outcome may have taken it.
  ["S1 S2 T? | T1", undefined],
  ["S1 S2 T? | T1 T2", "violated"],
  ["S1 S1 | T1", undefined],
])("%s: %s", (text, verdict) => {
  expect(judge(operations(text)).answer?.verdict).toBe(verdict);
});

test("names a chain of values of which none can have been at the bottom", () => {
  const { words, answer } = judge(
    operations("S1[0,1] | S2[2,3] T1[4,5] | S3[6,7] T2[8,9] | T3[10,11] | S4[0,1] T4[2,3]"),
  );
  expect(words).toHaveLength(4);
  expect(answer).toMatchObject({
    because: expect.stringContaining("cannot have found the first on top") as string,
  });
});

test("finds what a search finds in longer runs", () => {
  const seen = { satisfied: 0, violated: 0 };
  const runs = fc
    .constantFrom(0, 40, 90)
    .chain((lies) => objectRuns(stacksOf(true), { sessions: 5, operations: 24, lies }));
  fc.assert(
    fc.property(runs, (run) => {
      const { history, problem } = problemOf(run);
      const answer = judgeLifo(history, problem, UNLIMITED);
      if (answer === undefined) return;
      seen[answer.verdict]++;
      const found = search(problem, UNLIMITED).verdict;
      expect(answer.verdict).toBe(found === "linearizable" ? "satisfied" : "violated");
    }),
    { numRuns: runsOf(2_000) },
  );
  expect(seen.satisfied).toBeGreaterThan(runsOf(2_000) / 10);
  expect(seen.violated).toBeGreaterThan(runsOf(2_000) / 10);
});
