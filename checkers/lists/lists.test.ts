import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import { linearizableLists } from "./linearizable-lists.ts";
import { listDurability } from "./list-durability.ts";

const NODES = ["n1", "n2"];
const header = headerOf({ type: "list" }, NODES);
const judge = (text: string) => linearizableLists.check(historyFrom(operations(text), header), UNLIMITED);
const check = (text: string) => listDurability.check(historyFrom(operations(text), header), UNLIMITED);
const loss = (text: string) => check(text).results[0];

describe("linearizability of lists", () => {
  test.each([
    "P1 P2 | R{1,2}",
    "P1[0,9] | P2[0,9] | R{2}[1,2] R{2,1}[3,4]",
    "P1[0,] | R{}",
    "P1[0,] | R{1}[5,6]",
    "P1 P1 | R{1,1}",
    "P1! | R-",
  ])("satisfied: %s", (text) => {
    expect(judge(text).results).toMatchObject([{ verdict: "satisfied" }]);
  });

  test.each([
    [
      "P1 P2 | R{2,1}",
      [0, 2, 4],
      "session s0's append of 1 had ended before session s0's append of 2 began, but session s1's read of [2,1] shows the later before the earlier",
    ],
    [
      "P1 P2 | R{1}",
      [0, 2, 4],
      "session s0's append of 2 had ended before session s1's read of [1] began, which does not show it",
    ],
    [
      "P1[0,9] | P2[0,9] | R{1,2}[1,2] | R{2}[1,2]",
      [0, 1, 2, 3],
      "session s2's read of [1,2] does not continue session s3's read of [2]: the elements cannot have come in one order",
    ],
    [
      "P1[0,9] | R{1}[1,2] R{}[3,4]",
      [0, 1, 3],
      "session s1's read of [1] had ended before session s1's read of [] began, which lacks elements of the earlier",
    ],
    [
      "R{1}[1,2] | P1[3,4]",
      [0, 2],
      "session s0's read of [1] had ended before session s1's append of 1 began, which it shows",
    ],
    [
      "P1[1,2] | P2[3,9] | R{2}[0,8]",
      [0, 1, 3],
      "session s0's append of 1 had ended before session s1's append of 2 began, but session s2's read of [2] shows the later and not the earlier",
    ],
    ["R{7}", [0], "session s0's read of [7] shows 7, which nobody appended"],
    ["P1 | R{1,1}", [0, 2], "session s1's read of [1,1] shows 1, more than once, appended once"],
  ])("no order explains %s", (text, witness, because) => {
    expect(judge(text).anomalies).toMatchObject([{ witness, explanation: because }]);
  });

  test("what the header says was there from the start comes first", () => {
    const of = (text: string) =>
      linearizableLists.check(
        historyFrom(operations(text), headerOf({ type: "list", initial: [7, 8] })),
        UNLIMITED,
      ).results[0]?.verdict;
    expect(of("P1 | R{7,8,1}")).toBe("satisfied");
    expect(of("R-")).toBe("satisfied");
    expect(of("P1 | R{7,1}")).toBe("violated");
    expect(of("P1 | R{1}")).toBe("violated");
  });

  test("what is no list is not judged", () => {
    const text = historyFrom(operations("P1 | R1"));
    for (const checker of [linearizableLists, listDurability]) {
      expect(checker.check(text, UNLIMITED).results).toMatchObject([
        { verdict: "unknown", reason: "x: a read returned no list" },
      ]);
    }
    expect(judge("P1 W2").results).toMatchObject([
      { verdict: "unknown", reason: "x: write is no operation on a list" },
    ]);
  });

  test("has nothing to do with final reads", () => {
    expect(judge("P1 | R{1,7}*").results).toMatchObject([{ verdict: "satisfied" }]);
  });
});

describe("lost appends", () => {
  test.each([
    ["an acknowledged element that no node has", "P1 P2 | R{2}@n1* R{2}@n2*", "violated"],
    ["one of two equal elements", "P1 P1 | R{1}@n1* R{1}@n2*", "violated"],
    [
      "an indefinite element that somebody read",
      "P1[1,] | R{1}[2,3] | R{}[4,5]@n1* R{}[6,7]@n2*",
      "violated",
    ],
    ["an element that only an earlier round had", "P1 | R{1}@n1* R{}@n2* R{}@n1* R{}@n2*", "violated"],
    ["everything everywhere", "P1 P2 | R{1,2}@n1* R{1,2}@n2*", "satisfied"],
    ["on some node: diverged, not lost", "P1 | R{1}@n1* R{}@n2*", "satisfied"],
    ["in another order", "P1 P2 | R{2,1}@n1* R{2,1}@n2*", "satisfied"],
    ["an indefinite append nobody saw", "P1[1,] P2[3,4] | R{2}[5,6]@n1* R{2}[7,8]@n2*", "satisfied"],
    ["a failed append", "P1! P2 | R{2}@n1* R{2}@n2*", "satisfied"],
    ["a node that was not read", "P1 | R{}@n1*", "unknown"],
    ["no final reads", "P1 | R{}@n1", "unknown"],
    ["nothing acknowledged", "P1? | R{}@n1* R{}@n2*", "not-applicable"],
  ])("%s", (_, text, verdict) => {
    expect(loss(text)).toMatchObject({ model: "no-lost-writes", verdict });
  });

  test("the witness is the append and all last reads", () => {
    const [lost] = check("P1@n1 P2 | R{2}@n1* R{2}@n2*").anomalies;
    expect(lost).toMatchObject({ type: "lost-element", witness: [0, 4, 6] });
    expect(lost?.explanation).toBe(
      "element 1 of x, acknowledged to session s0 by n1 at 2.00 ms, is on no node at the end (n1, n2)",
    );
  });

  test("says how often a repeated element is missing", () => {
    expect(check("P1 P1 | R{1}@n1* R{1}@n2*").anomalies[0]?.explanation).toBe(
      "element 1 of x, acknowledged to session s0 at 2.00 ms, appended 2 times, is in no list more than 1 time at the end (n1, n2)",
    );
  });
});

describe("elements that cannot be there", () => {
  test.each([
    ["P1 | R{7}", "thin-air-read", "causal", [2], "read 7 in x at 4.00 ms, which nobody appended"],
    [
      "P1! | R{1}",
      "aborted-read",
      "causal",
      [0, 2],
      "read 1 in x at 4.00 ms, although the only append of it, by session s0, certainly failed",
    ],
    [
      "R{1}[1,2] | P1[3,4]",
      "future-read",
      "linearizable",
      [0, 2],
      "read 1 in x at 2.00 ms, which was appended only later (the read ended 1.00 ms before)",
    ],
    [
      "P1 P1 | R{1,1,1}",
      "duplicate-element",
      "causal",
      [0, 2, 4],
      "read 1 in x at 6.00 ms 3 times, more often than it was appended",
    ],
  ])("%s: %s", (text, type, model, witness, explanation) => {
    const { anomalies, counts } = check(text);
    expect(counts[type]).toBe(1);
    const found = anomalies.find((anomaly) => anomaly.type === type);
    expect(found).toMatchObject({ model, witness, explanation: expect.stringContaining(explanation) });
  });
});

test("two reads in conflicting orders are no sequential history, whatever the times", () => {
  const { anomalies, results } = check("P1[0,9] | P2[0,9] | R{1,2}[1,2]@n1 | R{2}[1,2]@n2");
  expect(results).toContainEqual({ model: "sequential", verdict: "violated" });
  expect(anomalies).toMatchObject([
    {
      type: "incompatible-order",
      witness: [0, 1, 2, 3],
      explanation:
        "as element 1 of x session s3 read 2 from n2 at 1.00 ms, and session s2 read 1 from n1 at 1.00 ms: no one order of the appends explains both",
    },
  ]);
  expect(check("P1[0,9] | P2[0,9] | R{1,2}@n1* | R{2}@n2*").counts["incompatible-order"]).toBeUndefined();
});

describe.each(casesOf("list-durability"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
