import fc from "fast-check";
import { expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { setDurability } from "../set-durability/set-durability.ts";
import { withFinalReads } from "../testing/arbitrary-final.ts";
import { setRuns } from "../testing/arbitrary-set.ts";
import { runsOf } from "../testing/arbitrary.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import { linearizableSets } from "./linearizable-sets.ts";

const header = headerOf({ type: "set" }, ["n1", "n2"]);
const check = (text: string) => linearizableSets.check(historyFrom(operations(text), header), UNLIMITED);

test.each([
  [
    "A1 A2 | R{2}",
    [0, 2, 4],
    "session s0's add of 1 had ended before session s1's read of [2] began, which does not show it",
  ],
  [
    "A1[0,9] | A2[0,9] | R{1}[1,2] | R{2}[1,2]",
    [0, 1, 2, 3],
    "session s3's read of [2] lacks 1, which session s2's read of [1] shows, and neither contains the other",
  ],
  [
    "R{1}[1,2] | A1[3,4]",
    [0, 2],
    "session s0's read of [1] had ended before session s1's add of 1 began, which it shows",
  ],
  ["R{7}", [0], "session s0's read of [7] shows 7, which nobody added"],
  [
    "A1[0,9] | R{1}[1,2] R{}[3,4]",
    [0, 1, 3],
    "session s1's read of [1] had ended before session s1's read of [] began, which lacks elements of the earlier",
  ],
  [
    "A1[1,2] | A2[3,9] | R{2}[0,8]",
    [0, 1, 3],
    "session s0's add of 1 had ended before session s1's add of 2 began, but session s2's read of [2] shows the later and not the earlier",
  ],
])("no order explains %s", (text, witness, because) => {
  expect(check(text).anomalies).toMatchObject([{ witness, explanation: because }]);
});

test.each(["A1 A2 | R{1,2}", "A1[0,9] | R{}[1,2] R{1}[3,4]", "A1[0,] | R{}", "A1 A1 M1 | R{}"])(
  "satisfied: %s",
  (text) => {
    expect(check(text).results).toMatchObject([{ verdict: "satisfied" }]);
  },
);

test("has nothing to do with final reads", () => {
  expect(check("A1 A2 | R{1,2} R{1,7}*").results).toMatchObject([{ verdict: "satisfied" }]);
});

test("never contradicts what set-durability says of the same history", () => {
  fc.assert(
    fc.property(
      withFinalReads(setRuns({ sessions: 3, keys: 2, operations: 10, lies: 20 }), ["n1", "n2"]),
      (run) => {
        const history = historyFrom(run, header);
        const [one, other] = [setDurability, linearizableSets].map((checker) =>
          checker.check(history, UNLIMITED).results.find(({ model }) => model === "linearizable"),
        );
        if (one?.verdict === "violated") expect(other?.verdict).not.toBe("satisfied");
      },
    ),
    { numRuns: runsOf(500) },
  );
});
