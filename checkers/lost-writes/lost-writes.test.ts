import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { VersionOrder } from "#core/operation";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import { lostWrites } from "./lost-writes.ts";

const NODES = ["n1", "n2"];
const check = (text: string, order: VersionOrder = "single-writer") =>
  lostWrites.check(historyFrom(operations(text), headerOf({ order }, NODES)), UNLIMITED);
const verdict = (text: string, order?: VersionOrder) => check(text, order).results[0]?.verdict;

describe("lost writes", () => {
  test.each([
    ["an acknowledged write that no node has", "W1 W2 | R1@n1* R1@n2*"],
    ["null everywhere", "W1 | R-@n1* R-@n2*"],
    ["different old versions on the nodes", "W1 W2 W3 | R1@n1* R2@n2*"],
    ["an indefinite write that was read", "W1[1,2] W2[3,] | R2[5,6] | R1[7,8]@n1* R1[9,10]@n2*"],
    ["only the last round counts", "W1 W2 | R2@n1* R2@n2* R1@n1* R1@n2*"],
    ["a deletion", "W1 D | R1@n1* R1@n2*"],
  ])("violated: %s", (_, text) => {
    expect(verdict(text)).toBe("violated");
  });

  test.each([
    ["the last write everywhere", "W1 W2 | R2@n1* R2@n2*"],
    ["some node has it: diverged, not lost", "W1 W2 | R1@n1* R2@n2*"],
    ["an indefinite write nobody read", "W1[1,2] W2[3,] | R1[7,8]@n1* R1[9,10]@n2*"],
    ["a late indefinite write won", "W1[1,] W2[3,4] | R1[7,8]@n1* R1[9,10]@n2*"],
    ["a failed write", "W1 W2! | R1@n1* R1@n2*"],
    ["null after a deletion", "W1 D | R-@n1* R-@n2*"],
    ["null after an indefinite deletion", "W1[1,2] D[3,] | R-[5,6]@n1* R-[7,8]@n2*"],
  ])("satisfied: %s", (_, text) => {
    expect(verdict(text)).toBe("satisfied");
  });

  test.each<[string, string, string, VersionOrder?]>([
    ["a node was not read", "W1 W2 | R1@n1*", "n2: not read at the end"],
    ["a node's last read failed", "W1 W2 | R1@n1* R1@n2* R1@n2*!", "n2: not read at the end"],
    ["no final reads", "W1 W2 | R1", "no node was read at the end"],
    ["no version order", "W1 W2 | R1@n1* R1@n2*", "its version order is not known", "unknown"],
    ["a value nobody wrote", "W1 | R7@n1* R7@n2*", "nobody wrote 7"],
    ["null after a deletion in an order of values", "W5 D | R-@n1* R-@n2*", "may be a deletion", "value"],
  ])("unknown: %s", (_, text, reason, order) => {
    expect(check(text, order).results[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining(reason),
    });
  });

  test("nothing acknowledged, nothing to lose", () => {
    expect(verdict("W1? | R-@n1* R-@n2*")).toBe("not-applicable");
  });

  test("counts every lost version and names the latest, with all last reads as witness", () => {
    const { anomalies, counts } = check("W1@n1 W2@n1 W3@n1 | R1@n1* R1@n2*");
    expect(counts).toEqual({ "lost-write": 2 });
    expect(anomalies[0]?.witness).toEqual([0, 4, 6, 8]);
    expect(anomalies[0]?.explanation).toBe(
      "x = 3, acknowledged to session s0 by n1 at 6.00 ms, is lost, with 1 earlier write: at the end every node shows 1",
    );
  });
});

describe.each(casesOf("lost-writes"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
