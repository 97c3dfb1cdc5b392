import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
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

describe.each(casesOf("split-brain"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
