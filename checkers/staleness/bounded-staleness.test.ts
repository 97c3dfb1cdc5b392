import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { VersionOrder } from "#core/operation";
import type { StalenessBound } from "#core/verdict";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, TICK } from "../testing/operations.ts";
import { boundedStaleness } from "./bounded-staleness.ts";

const check = (text: string, bound: StalenessBound, order: VersionOrder = "unknown") =>
  boundedStaleness(bound).check(historyFrom(operations(text), headerOf({ order })), UNLIMITED);

describe("bounded staleness", () => {
  test.each<[string, string, StalenessBound, string]>([
    ["just within time", "W1[1,2] W2[3,4] | R1[9,10]", { time: 5 * TICK }, "satisfied"],
    ["just beyond", "W1[1,2] W2[3,4] | R1[9,10]", { time: 5 * TICK - 1 }, "violated"],
    ["just within versions", "W1[1,2] W2[3,4] W3[5,6] | R1[9,10]", { versions: 2 }, "satisfied"],
    ["one too many", "W1[1,2] W2[3,4] W3[5,6] | R1[9,10]", { versions: 1 }, "violated"],
    ["fresh reads need no bound", "W1[1,2] | R1[3,4]", { time: 0 }, "satisfied"],
    ["concurrent with the newer write", "W1[1,2] W2[3,6] | R1[5,7]", { time: 0 }, "satisfied"],
    ["final reads are left out", "W1[1,2] W2[3,4] | R1[90,91]*", { time: 0 }, "not-applicable"],
    ["a value that nobody wrote has no age", "W1[1,2] | R7[3,4]", { time: 0 }, "unknown"],
    ["written twice", "W1[1,2] W1[3,4] | R1[5,6]", { time: 0 }, "unknown"],
    ["null that may be a deletion", "W1[1,2] D[3,] | R-[9,10]", { time: 0 }, "unknown"],
  ])("%s", (_, text, bound, verdict) => {
    expect(check(text, bound).results).toMatchObject([{ model: "bounded-staleness", verdict }]);
  });

  test("says what satisfied means", () => {
    expect(check("W1 | R1", { time: 5_000 * TICK }).results[0]?.reason).toBe(
      "no read is provably more than 5.00 s behind, each of them taken by itself",
    );
  });

  test("the witness has as many newer versions as the bound needs", () => {
    const text = "W1[1,2] W2[3,4] W3[5,6] W4[7,8] | R1[19,20]@n2";
    expect(check(text, { time: 3 * TICK }).anomalies).toMatchObject([
      {
        type: "too-stale-read",
        witness: [0, 2, 8],
        explanation:
          "session s1 read x = 1 from n2 at 19.0 ms, when the newer 2 had been known for 15.0 ms: more than the 3.00 ms allowed",
      },
    ]);
    expect(check(text, { versions: 1 }).anomalies).toMatchObject([
      {
        witness: [0, 4, 6, 8],
        explanation:
          "session s1 read x = 1 from n2 at 19.0 ms, 3 versions behind (3; 4): more than the 1 version allowed",
      },
    ]);
  });
});

describe.each(casesOf("bounded-staleness"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
