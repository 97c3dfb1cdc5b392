import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { VersionOrder } from "#core/operation";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import type { Guarantee } from "../testing/oracles/sessions.ts";
import { sessions } from "./sessions.ts";

const check = (text: string, order: VersionOrder = "single-writer") =>
  sessions.check(historyFrom(operations(text), headerOf({ order })), UNLIMITED);
const verdicts = (text: string, order?: VersionOrder): Record<string, string> =>
  Object.fromEntries(check(text, order).results.map(({ model, verdict }) => [model, verdict]));

describe("session guarantees with a single writer", () => {
  test.each<[string, string, Guarantee]>([
    ["a session reads an older version than it wrote", "W1 W2 R1", "read-your-writes"],
    ["a session reads null after its write", "W1 R-", "read-your-writes"],
    ["a session reads null after its deletion was undone", "W1 D R1", "read-your-writes"],
    ["a reader goes back", "W1[1,2] W2[3,4] | R2[5,6] R1[7,8]", "monotonic-reads"],
    ["a reader goes back to null", "W1 | R1 R-", "monotonic-reads"],
    [
      "an indefinite write that was read before the next one began is older",
      "W1[1,]  W2[5,6] | R1[2,3] | R2[7,8] R1[9,10]",
      "monotonic-reads",
    ],
  ])("violated: %s", (_, text, guarantee) => {
    const { anomalies, counts } = check(text);
    expect(verdicts(text)[guarantee]).toBe("violated");
    expect(counts[guarantee]).toBe(1);
    expect(anomalies.map(({ type }) => type)).toEqual([guarantee]);
  });

  test.each<[string, string, Guarantee]>([
    ["an indefinite write promises nothing", "W1[1,2] W2[3,] R1[5,6]", "read-your-writes"],
    [
      "an indefinite write may land after the next one",
      "W1[1,] W2[3,4] | R2[5,6] R1[7,8]",
      "monotonic-reads",
    ],
    ["a failed write promises nothing", "W1 W2! R1", "read-your-writes"],
    ["a failed read shows nothing", "W1[1,2] W2[3,4] | R2[5,6]! R1[7,8] R2[9,10]", "monotonic-reads"],
    ["another session may be behind", "W1[1,2] W2[3,4] R2[5,6] | R1[7,8] R1[9,10]", "monotonic-reads"],
    ["final reads are sessions of their own", "W1 W2 R1* R2", "read-your-writes"],
    ["keys are independent", "Wx1 Wy1 Ry1 Rx1 Ry1 Rx1", "monotonic-reads"],
    ["operations of a session may overlap", "W1[1,2] W2[3,9] R1[4,5] R2[10,11]", "read-your-writes"],
    ["a read of a value nobody wrote is for another checker", "W1 R7 R1", "monotonic-reads"],
  ])("not violated: %s", (_, text, guarantee) => {
    expect(check(text).counts).toEqual({});
    expect(verdicts(text)[guarantee]).not.toBe("violated");
  });

  test("writes cannot be out of order: not applicable instead of satisfied", () => {
    expect(verdicts("W1 R1 R1")).toEqual({
      "read-your-writes": "satisfied",
      "monotonic-reads": "satisfied",
      "monotonic-writes": "not-applicable",
      "writes-follow-reads": "not-applicable",
    });
  });

  test("a history in which nothing could break proves nothing", () => {
    expect(verdicts("W1 | R1")["read-your-writes"]).toBe("not-applicable");
    expect(verdicts("W1 | R1")["monotonic-reads"]).toBe("not-applicable");
  });

  test.each([
    [
      "two writing sessions",
      "W1 R1 R1 | W2",
      "the header says single-writer, but sessions s0 and s1 wrote it",
    ],
    ["a value written twice", "W1 W1 R1 R1", "1 was written more than once"],
    ["null after a deletion", "W1 D R- R-", "2 reads of null may have seen a deletion"],
  ])("unknown: %s", (_, text, reason) => {
    expect(check(text).results[1]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining(reason),
    });
  });

  test("the sentences name values, times, processes and nodes", () => {
    const own = check("W41[1,2]@n1 W44[3,4]@n1 R41[9,10]@n3").anomalies[0];
    expect(own?.explanation).toBe(
      "session s0 read x = 41 from n3 at 9.00 ms although its own write of 44 to n1 had been acknowledged 5.00 ms before",
    );
    expect(own?.witness).toEqual([0, 2, 4]);
    const back = check("W1[1,2] W2[3,4] | R2[5,6]@n1 R1[7,8]@n2").anomalies[0];
    expect(back?.explanation).toBe(
      "session s1 read x = 1 from n2 at 7.00 ms although it had read the newer 2 from n1 1.00 ms before",
    );
    expect(back?.witness).toEqual([0, 2, 4, 6]);
  });

  test("the worst come first", () => {
    const { anomalies } = check("W1[1,2] W2[3,4] R1[5,6] R1[50,60]");
    expect(anomalies[0]?.explanation).toContain("46.0 ms before");
  });
});

describe("session guarantees with an order told by values or versions", () => {
  test.each<[string, string, VersionOrder, Guarantee]>([
    ["writes of a session ordered backwards", "W2 W1 | R1", "value", "monotonic-writes"],
    ["a write ordered before what its session had read", "W5 | R5 W3", "value", "writes-follow-reads"],
    ["a read behind", "W5 | W6 R5", "value", "read-your-writes"],
    ["versions, not values, count", "W5#2 | W3#1 | R5#2 R3#1", "version", "monotonic-reads"],
    ["an indefinite write whose version was read", "W1#5 W2? | R2#3", "version", "monotonic-writes"],
  ])("violated: %s", (_, text, order, guarantee) => {
    expect(verdicts(text, order)[guarantee]).toBe("violated");
  });

  test.each<[string, string, VersionOrder, string]>([
    ["no versions told", "W1 R1", "version", "1 has no version"],
    ["one version of two values", "W1#1 R1#1 | W2#1", "version", "version 1 stands for 1 and 2"],
    ["two versions of one value", "W1#1 R1#2", "version", "was told with versions 1 and 2"],
  ])("unknown: %s", (_, text, order, reason) => {
    expect(check(text, order).results[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining(reason),
    });
  });
});

describe("session guarantees without a version order", () => {
  test.each<[string, string, Guarantee]>([
    ["null after an own write", "W1 R-", "read-your-writes"],
    ["each reads the other's write after its own", "W1[1,2] R2[5,6] | W2[1,3] R1[5,7]", "read-your-writes"],
    ["an own write, a newer one, the first again", "W1 W2 R2 R1", "read-your-writes"],
    ["to and fro", "W1 | W2 | R1 R2 R1", "monotonic-reads"],
    ["to in one session, fro in another", "W1 | W2 | R1 R2 | R2 R1", "monotonic-reads"],
    ["null after a value", "W1 | R1 R-", "monotonic-reads"],
    ["round three", "W1 | W2 | W3 | R1 R2 | R2 R3 | R3 R1", "monotonic-reads"],
  ])("violated: %s", (_, text, guarantee) => {
    expect(verdicts(text, "unknown")[guarantee]).toBe("violated");
    expect(check(text, "unknown").counts).toMatchObject({ [guarantee]: 1 });
  });

  test.each<[string, string, Guarantee]>([
    ["some order fits", "W1 | W2 | R1 R2 | R1 R2", "monotonic-reads"],
    ["another's write overtook the own one", "W1 R2 | W2 R2", "read-your-writes"],
    ["own writes in either order", "W1 W2 R1 R1", "read-your-writes"],
  ])("satisfied: %s", (_, text, guarantee) => {
    expect(verdicts(text, "unknown")[guarantee]).toBe("satisfied");
  });

  test("guarantees about writes need the order", () => {
    expect(check("W1 W2 | R1 W3", "unknown").results).toMatchObject([
      {},
      {},
      { model: "monotonic-writes", verdict: "unknown", reason: "x: its version order is not known" },
      { model: "writes-follow-reads", verdict: "unknown" },
    ]);
  });

  test("the sentence tells what each session saw", () => {
    const [anomaly] = check("W1[1,2]@n1 R2[5,6]@n2 | W2[1,3]@n2 R1[5,7]@n1", "unknown").anomalies;
    expect(anomaly?.explanation).toBe(
      "no order of the versions of x fits what these sessions saw: session s0 wrote 1 to n1, then read 2 from n2; session s1 wrote 2 to n2, then read 1 from n1",
    );
    expect(anomaly?.witness).toEqual([0, 1, 4, 5]);
  });
});

describe.each(casesOf("sessions"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
