import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { linearizable } from "./linearizable.ts";

const header = headerOf({});
const check = (run: readonly Operation[]) => linearizable.check(historyFrom(run, header), UNLIMITED);
const verdict = (text: string) => check(operations(text)).results[0]?.verdict;

describe("linearizable", () => {
  test.each([
    ["a write, then its read", "W1 | R1"],
    ["overlapping writes in either order", "W1[0,10] | W2[0,10] | R2[11,12] R2[13,14]"],
    ["an indefinite write that is read late", "W1[0,1] W2[2,] | R1[3,4] R2[5,6]"],
    ["an indefinite write that nobody reads", "W1[0,1] W2[2,] | R1[3,4] R1[5,6]"],
    ["a failed write", "W1 W2! | R1"],
    ["compare-and-sets in a chain", "W1 C1>2 C2>3 | R3"],
    ["a refused compare-and-set that was told the value", "W1 C5>2~1 | R1"],
    ["a deletion that nobody sees", "W1 D W2 | R2"],
    ["null before the first write", "R- W1 | R1"],
    ["final reads are no part of it", "W1 W2 | R1*"],
  ])("satisfied: %s", (_, text) => {
    expect(verdict(text)).toBe("satisfied");
  });

  test.each([
    ["a stale read", "W1 W2 | R1"],
    ["null after an acknowledged write", "W1 | R-"],
    ["two values in turn", "W1[0,10] | W2[0,10] | R1[11,12] R2[13,14] R1[15,16]"],
    ["an indefinite write read and then gone", "W1[0,1] W2[2,] | R2[3,4] R1[5,6]"],
    ["a failed write that is read", "W1! | R1"],
    ["a value nobody wrote", "W1 | R7"],
    ["a read before its write began", "R1 | W1"],
    ["two compare-and-sets from one value", "W1 C1>2 C1>3"],
    ["compare-and-sets in a circle", "C1>2[0,9] | C2>1[1,8]"],
    ["a refused compare-and-set that was told an old value", "W1 W2 C5>3~1"],
    ["an indefinite compare-and-set that shows a stale value", "W1 W2 C1>3? | R3"],
  ])("violated: %s", (_, text) => {
    expect(verdict(text)).toBe("violated");
  });

  test.each([
    ["a value written twice", "W1 W1 | R1"],
    ["a value that comes back", "W1 W2 W1 | R1"],
    ["null that may be a deletion", "W1 D | R-"],
    ["a refusal that tells nothing", "W1 C5>2~ | R1"],
    ["a refusal explained by an indefinite write", "W1[0,1] W2[2,] | C1>3[4,5]~"],
    ["an indefinite write of a repeated value", "W1[0,1] W2[2,3] W1[4,] | R2[5,6] R1[7,8]"],
  ])("satisfied, by search: %s", (_, text) => {
    expect(verdict(text)).toBe("satisfied");
  });

  test.each([
    ["a repeated value, read when it was gone", "W1 W2 W1 W3 | R1", [4, 6, 8]],
    ["null after all deletions", "W1 D W2 | R-", [2, 4, 6]],
    ["a refusal although the value was there", "W2 W1 C1>2~ | R1", [0, 2, 4]],
    ["two compare-and-sets with one write between them too few", "W1 W1 C1>2 C1>2 | R2", [0, 2, 4, 6]],
  ])("violated, by search: %s", (_, text, witness) => {
    const { results, anomalies } = check(operations(text));
    expect(results[0]?.verdict).toBe("violated");
    expect(anomalies[0]?.witness).toEqual(witness);
  });

  test("the sentence of a search says how far it got", () => {
    expect(check(operations("W1 W2 W1 W3 | R1")).anomalies[0]?.explanation).toBe(
      "no order of these 3 operations on x explains session s1's read of 1 (9.00 ms to 10.0 ms): in the order that goes furthest, after session s0's write of 1, session s0's write of 3, x is 3",
    );
  });

  test("a history without operations on registers shows nothing", () => {
    expect(verdict("W1? W2!")).toBe("not-applicable");
  });

  test("the sentence names values, times, processes and nodes", () => {
    const { anomalies } = check(operations("W1[1,2]@n1 W2[3,4]@n1 | R1[6,7]@n3"));
    expect(anomalies[0]?.explanation).toBe(
      "x was 1 from 2.00 ms (session s0's write of 1 to n1 ended) until 6.00 ms (session s1's read of 1 from n3 began), and yet it was 2 in between: not before 3.00 ms (session s0's write of 2 to n1 began) and by 4.00 ms (session s0's write of 2 to n1 ended)",
    );
    expect(anomalies[0]?.witness).toEqual([0, 2, 4]);
  });
});

describe.each(casesOf("linearizable"))("agrees with brute force: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1500)))).toEqual([]);
  });
});
