import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { stalenessStatsSchema } from "#core/run";
import { linearizable } from "../linearizable/linearizable.ts";
import { registerRuns, runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { lagsOf } from "../testing/fuzz/staleness.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, TICK } from "../testing/operations.ts";
import { staleness } from "./staleness.ts";

const history = (text: string, order: "unknown" | "value" = "unknown") =>
  historyFrom(operations(text), headerOf({ order }));
const check = (text: string) => staleness.check(history(text), UNLIMITED);

describe("staleness", () => {
  test.each([
    ["fresh", "W1[1,2] | R1[3,4]", 0, 0],
    ["one version", "W1[1,2] W2[3,4] | R1[9,10]", 1, 5],
    ["three versions, since the first of them", "W1[1,2] W2[3,4] W3[5,6] W4[7,8] | R1[10,11]", 3, 6],
    ["null after a write", "W1[1,2] | R-[5,6]", 1, 3],
    ["concurrent with the write", "W1[1,2] W2[3,6] | R1[5,7]", 0, 0],
    ["read, hence written, before", "W1[2,6] | R1[1,3] | R-[4,5]", 1, 1],
    ["an indefinite write that was read", "W1[1,2] W2[3,] | R2[4,5] | R1[7,8]", 1, 2],
    ["an indefinite write that nobody read", "W1[1,2] W2[3,] | R1[7,8]", 0, 0],
    ["a deletion", "W1[1,2] D[3,4] | R1[6,7]", 1, 2],
    ["a read of a value nobody wrote is not measured", "W1[1,2] | R7[3,4] R1[5,6]", 0, 0],
  ])("%s", (_, text, versions, behind) => {
    const last = lagsOf(history(text)).at(-1)!;
    expect([last.versions, last.behind / TICK]).toEqual([versions, behind]);
  });

  test("counts what the values tell where real time does not", () => {
    const [, late] = lagsOf(history("W1[1,10] | W2[2,11] | R2[12,13] R1[14,15]", "value"));
    expect([late!.versions, late!.behind / TICK, late!.realTime]).toEqual([1, 3, undefined]);
  });

  test("does not rank a value that no version was told for", () => {
    const told = historyFrom(
      operations("W1[1,2]#1 W2[3,4]#2 | W3[1,9] | R3[10,11]"),
      headerOf({ order: "version" }),
    );
    expect(lagsOf(told)).toMatchObject([{ versions: 0, behind: 0 }]);
  });

  test("reports the longest behind first, with witness and sentence", () => {
    const { anomalies, counts, results } = check("W1[1,2]@n1 W2[3,4]@n1 | R1[5,6]@n3 R1[90,91]@n2");
    expect(results).toEqual([{ model: "linearizable", verdict: "violated" }]);
    expect(counts).toEqual({ "stale-read": 2 });
    expect(anomalies[0]?.explanation).toBe(
      "session s1 read x = 1 from n2 at 90.0 ms although the newer 2 had been acknowledged by n1 86.0 ms before",
    );
    expect(anomalies[0]?.witness).toEqual([0, 2, 6]);
  });

  test("never says satisfied", () => {
    expect(check("W1 | R1").results).toEqual([]);
  });

  test("measures by node", () => {
    const { stats } = check("W1[1,2]@n1 W2[3,4]@n1 | R1[5,6]@n3 R2[7,8]@n3 R2[9,10]@n1");
    const measured = stalenessStatsSchema.parse(stats?.["staleness"]);
    expect(measured).toMatchObject({
      reads: 3,
      stale: 1,
      behind: { p50: TICK, max: TICK },
      versionsBehind: { p50: 1, max: 1 },
      byNode: { n1: { reads: 1, stale: 0 }, n3: { reads: 2, stale: 1, maxBehind: TICK } },
    });
    expect(measured.histogram).toEqual([{ upTo: 1_024_000, count: 1 }]);
    expect(measured.byNode["n3"]?.behind).toMatchObject({ p50: TICK, max: TICK });
  });

  test("tells how likely a read is stale by the time since the newest version was known", () => {
    const { stats } = check("W1[1,2] W2[10,11] | R1[3,4] R1[12,13] R2[14,15] R1[21,22] R2[23,24]");
    const { visibility } = stalenessStatsSchema.parse(stats?.["staleness"]);
    const [from, to] = [visibility.at(0)!, visibility.at(-1)!];
    // Reads began 1, 1, 3, 10 and 12 ms after the newest version was known.
    expect([from, to]).toEqual([
      { upTo: 1_024_000, reads: 2, stale: 1 },
      { upTo: 16_384_000, reads: 2, stale: 1 },
    ]);
    expect(visibility.map(({ reads }) => reads)).toEqual([2, 0, 1, 0, 2]);
  });

  test("final reads are left out", () => {
    expect(check("W1 W2 | R1*").counts).toEqual({});
  });
});

describe.each(casesOf("staleness"))("agrees with trying all orders: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});

test("what it calls stale, the judge of linearizability never calls satisfied", () => {
  fc.assert(
    fc.property(
      registerRuns({ sessions: 3, keys: 2, operations: 12, lies: 30, cas: 10, deletes: 5 }),
      (run) => {
        const of = historyFrom(run, headerOf({}));
        if (staleness.check(of, UNLIMITED).anomalies.length === 0) return;
        expect(linearizable.check(of, UNLIMITED).results[0]?.verdict).not.toBe("satisfied");
      },
    ),
    { numRuns: runsOf(1000) },
  );
});
