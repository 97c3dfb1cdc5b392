import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { readsFrom } from "./reads-from.ts";
import { checkers } from "./registry.ts";
import { runsOf } from "./testing/arbitrary.ts";
import { casesOf } from "./testing/fuzz-table.ts";
import { compareMany, rareClasses } from "./testing/fuzz/fuzz-runs.ts";
import { operations } from "./testing/notation.ts";
import { headerOf, historyFrom } from "./testing/operations.ts";

const header = headerOf({ order: "single-writer" });
const check = (text: string) => readsFrom.check(historyFrom(operations(text), header), UNLIMITED);

describe("reads that no write explains", () => {
  test.each([
    ["thin air", "W1@n1 | R7@n2", "thin-air-read", "causal", [2]],
    ["aborted", "W1@n1 W2@n1! | R2@n2", "aborted-read", "causal", [2, 4]],
    ["future", "R1[1,2]@n2 | W1[5,6]@n1", "future-read", "linearizable", [0, 2]],
  ])("%s", (_, text, type, model, witness) => {
    const { anomalies, results, counts } = check(text);
    expect(anomalies).toMatchObject([{ type, model, witness, key: "x" }]);
    expect(results).toEqual([{ model, verdict: "violated" }]);
    expect(counts).toEqual({ [type]: 1 });
  });

  test.each([
    ["an indefinite write", "W1[1,] | R1[5,6]"],
    ["a write that overlaps", "W1[1,9] | R1[2,3]"],
    ["a value that failed once and succeeded once", "W1! W1 | R1"],
    ["null", "R-"],
    ["a failed read", "R7!"],
  ])("not: %s", (_, text) => {
    expect(check(text)).toEqual({ results: [], anomalies: [], counts: {} });
  });

  test("the initial value needs no write", () => {
    const initial = historyFrom(operations("R0 | W1 | R0"), headerOf({ initial: 0 }));
    expect(readsFrom.check(initial, UNLIMITED).counts).toEqual({});
  });

  const withZero = (text: string) =>
    readsFrom.check(historyFrom(operations(text), headerOf({ initial: 0 })), UNLIMITED).anomalies;

  test.each([
    [
      "W1 R1 | R-",
      "thin-air-read",
      "causal",
      [4],
      "at 5.00 ms although it was 0 at first and nobody ever deleted it",
    ],
    ["R-[1,2] | D[5,6]", "future-read", "linearizable", [0, 2], "(the read came 4.00 ms before)"],
  ])("null where 0 was at first: %s", (text, type, model, witness, explanation) => {
    expect(withZero(text)).toMatchObject([
      { type, model, witness, explanation: expect.stringContaining(explanation) },
    ]);
  });

  test.each(["W1 D? | R-", "R-[1,6] | D[5,7]", "W1 R1 | R-*"])("null that may be: %s", (text) => {
    expect(withZero(text)).toEqual([]);
  });

  test("the sentences say what is wrong", () => {
    const sentences = ["W1 | R7@n2", "W2@n1! | R2@n2", "R1[1,2]@n2 | W1[5,6]@n1"].map(
      (text) => check(text).anomalies[0]?.explanation,
    );
    expect(sentences).toEqual([
      "session s1 read x = 7 from n2 at 3.00 ms although nobody ever wrote that value",
      "session s1 read x = 2 from n2 at 3.00 ms although the only write of that value, by session s0 on n1, certainly failed",
      "session s0 read x = 1 from n2 at 1.00 ms although session s1 on n1 began to write it only later (the read came 4.00 ms before)",
    ]);
  });
});

test.each(["W1 R7 R1 | R7", "W1! R1 R1", "R1 R- | W1", "W1? R1 R- | R7 R1"])(
  "no other checker stumbles over them: %s",
  (text) => {
    const history = historyFrom(operations(text), header);
    for (const checker of Object.values(checkers)) {
      if (checker.applies(history)) expect(() => checker.check(history, UNLIMITED)).not.toThrow();
    }
  },
);

describe.each(casesOf("reads-from"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
