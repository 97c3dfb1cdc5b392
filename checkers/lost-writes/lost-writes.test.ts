import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { CheckResult } from "#core/checker";
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
    [
      "a write during the last reads",
      "W1[1,2] W2[3,8] | R1[5,6]@n1* R1[9,10]@n2*",
      "still going on",
      "value",
    ],
    [
      "a write after the last reads",
      "W1[1,2] W2[13,14] | R1[5,6]@n1* R1[9,10]@n2*",
      "still going on",
      "unknown",
    ],
    ["a value nobody wrote", "W1 | R7@n1* R7@n2*", "nobody wrote 7"],
    ["null after a deletion in an order of values", "W5 D | R-@n1* R-@n2*", "may be a deletion", "value"],
  ])("unknown: %s", (_, text, reason, order) => {
    expect(check(text, order).results[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining(reason),
    });
  });

  describe("by time alone", () => {
    const timed = (text: string): CheckResult => check(text, "unknown");
    test.each([
      ["an older write everywhere", "W1 W2 | R1@n1* R1@n2*", [0, 2, 4, 6]],
      ["null everywhere", "W1 | R-@n1* R-@n2*", [0, 2, 4]],
      ["different older writes", "W1 W2 W3 | R1@n1* R2@n2*", [0, 2, 4, 6, 8]],
      [
        "one that was read before it began",
        "W1[1,9] | R1[2,3] | W2[5,6] | R1[10,11]@n1* R1[12,13]@n2*",
        [0, 1, 3, 6, 8],
      ],
      [
        "an indefinite write that was read",
        "W1[1,2] W2[3,] | R2[4,5] | R1[6,7]@n1* R1[8,9]@n2*",
        [0, 2, 3, 5, 7],
      ],
      ["null although deleted before", "W1 D W2 | R-@n1* R-@n2*", [4, 6, 8]],
      ["a deletion", "W1 D | R1@n1* R1@n2*", [0, 2, 4, 6]],
    ])("lost: %s", (_, text, witness) => {
      const { results, anomalies } = timed(text);
      expect(results).toMatchObject([{ verdict: "violated" }]);
      expect(anomalies).toMatchObject([{ type: "lost-write", witness }]);
      expect(anomalies[0]?.explanation).toMatch(/from before it began$/);
    });

    test.each([
      ["some node shows it", "W1 W2 | R1@n1* R2@n2*"],
      ["a concurrent write won", "W1[1,6] | W2[3,5] | R1[7,8]@n1* R1[9,10]@n2*"],
      ["it may have been deleted", "W1[1,4] | D[3,5] | R-[7,8]@n1* R-[9,10]@n2*"],
      ["an indefinite deletion may have come late", "D[1,] | W1[3,4] | R-[7,8]@n1* R-[9,10]@n2*"],
      ["an indefinite write may have come late", "W1[1,] | W2[3,4] | R1[7,8]@n1* R1[9,10]@n2*"],
    ])("not lost: %s", (_, text) => {
      expect(timed(text).results).toMatchObject([{ verdict: "satisfied" }]);
    });

    test("a register whose last writer wins goes by its timestamps", () => {
      const header = headerOf({ crdt: "lww" }, NODES);
      const { results } = lostWrites.check(
        historyFrom(operations("W1 W2 | R1@n1* R1@n2*"), header),
        UNLIMITED,
      );
      expect(results).toMatchObject([{ verdict: "unknown" }]);
    });
  });

  describe("of concurrent values side by side", () => {
    const among = (text: string, isClaimed = true): CheckResult => {
      const spec = { siblings: true, uniqueWrites: true, ...(isClaimed && { supersedes: "seen" as const }) };
      const run = operations(text).map((one) =>
        Array.isArray(one.value) ? { ...one, value: { siblings: one.value } } : one,
      );
      return lostWrites.check(historyFrom(run, headerOf(spec, NODES)), UNLIMITED);
    };

    test.each([
      ["a write whose successor had not seen it", "W1 | W2 | R2@n1* R2@n2*", [0, 2, 4, 6]],
      ["one of several", "W1 | W2 | W3 | R{1,3}@n1* R{1,3}@n2*", [0, 2, 4, 6, 8]],
      ["what somebody read", "W1[1,] | R1[2,3] | W2[4,5] | R2[6,7]@n1* R2[8,9]@n2*", [0, 1, 3, 5, 7]],
      ["a deletion of what its session had read", "W1 | R1 D | R1@n1* R1@n2*", [0, 2, 4, 6, 8]],
      ["a deletion of an own write", "W1 D | R{1,2}@n1* R1@n2* | W2[0.1,0.2]", [0, 2, 4, 6, 8]],
      ["a write whose only successor is lost", "W1 | R1 W2 | W3 | R3@n1* R3@n2*", [4, 6, 8, 10]],
    ])("lost: %s", (_, text, witness) => {
      const { results, anomalies } = among(text);
      expect(results).toMatchObject([{ verdict: "violated" }]);
      expect(anomalies).toMatchObject([{ type: "lost-write", witness }]);
    });

    test.each([
      ["all are there", "W1 | W2 | R{1,2}@n1* R{1,2}@n2*"],
      ["on some node", "W1 | W2 | R{1,2}@n1* R2@n2*"],
      ["the successor had read it", "W1 | R1 W2 | R2@n1* R2@n2*"],
      ["the successor had read it beside others", "W1 | W2 | R{1,2} W3 | R3@n1* R3@n2*"],
      ["the session had written it itself", "W1 W2 | R2@n1* R2@n2*"],
      ["it was deleted by somebody who had read it", "W1 | R1 D | R-@n1* R-@n2*"],
      ["the last of a chain was deleted", "W1 | R1 W2 | R2 D | R-@n1* R-@n2*"],
      ["an indefinite successor had read it", "W1 | R1 W2? | R2@n1* R2@n2*"],
      ["the successor may have read it unanswered", "W1 | R-! W2 | R2@n1* R2@n2*"],
      ["what a compare-and-set replaced", "W1 | C1>2 | R2@n1* R2@n2*"],
      ["a deletion that had not seen what is there", "W1 | W2 | R1 D | R2@n1* R2@n2*"],
      ["a deletion after an operation without an answer", "W1 | R1 Ry-! D | R1@n1* R1@n2*"],
      ["a deletion on some node", "W1 | R1 D | R1@n1* R-@n2*"],
    ])("not lost: %s", (_, text) => {
      expect(among(text).results).toMatchObject([{ verdict: "satisfied" }]);
    });

    test.each([
      ["a node was not read", "W1 | W2 | R2@n1*", "n2: not read at the end"],
      ["a value nobody wrote", "W1 | R7@n1* R7@n2*", "nobody wrote 7"],
      ["a value written twice", "W1 | W1 | W2 | R2@n1* R2@n2*", "1 was written more than once"],
      ["writes during the last reads", "W1[9,14] | W2[1,2] | R2[10,11]@n1* R2[12,13]@n2*", "still going on"],
    ])("unknown: %s", (_, text, reason) => {
      expect(among(text).results).toMatchObject([
        { verdict: "unknown", reason: expect.stringContaining(reason) },
      ]);
    });

    test("without that claim any write may replace what had begun before it had returned", () => {
      expect(among("W1 | W2 | R2@n1* R2@n2*", false).results).toMatchObject([{ verdict: "satisfied" }]);
      expect(among("W1 | W2 | R1@n1* R1@n2*", false).results).toMatchObject([{ verdict: "violated" }]);
      const deleted = "W1 | W2 | R2 D | R1@n1* R1@n2*";
      expect(among(deleted, false).results).toMatchObject([{ verdict: "satisfied" }]);
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
