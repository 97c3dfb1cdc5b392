import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { queueDurability } from "./queue-durability.ts";

const header = headerOf({ type: "queue" });
const checkRun = (run: readonly Operation[]) => queueDurability.check(historyFrom(run, header), UNLIMITED);
const check = (text: string) => checkRun(operations(text));

test.each([
  ["everything came out", "E1 E2 | Q2 Q1 Q-", "satisfied"],
  ["nothing was acknowledged", "E1? | Q-", "not-applicable"],
  ["an indefinite enqueue that nobody saw", "E1 E2? | Q1 Q-", "satisfied"],
  ["the queue was not emptied", "E1 E2 | Q1", "unknown"],
  ["it was emptied too early", "E1[5,6] | Q-[1,2]", "unknown"],
  ["an indefinite dequeue may have taken it", "E1 Q? | Q-", "unknown"],
  ["an element came out twice", "E1 | Q1 Q1 Q-", "satisfied"],
  ["one of two equal elements is missing", "E1 E1 | Q1 Q-", "violated"],
  ["an element is missing", "E1 E2 | Q2 Q-", "violated"],
  ["it came out before it went in, and never again", "Q1[1,2] | E1[3,4] | Q-[5,6]", "violated"],
  ["it came out while it went in", "Q1[1,4] | E1[3,6] | Q-[7,8]", "satisfied"],
  ["of two equal elements the later came out", "Q1[5,6] | E1[1,2] E1[3,8] | Q-[9,10]", "violated"],
  ["each of two equal elements came out", "Q1[3,4] Q1[7,8] | E1[1,2] E1[5,6] | Q-[9,10]", "satisfied"],
  [
    "one of two equal elements came out too early",
    "Q1[3,4] Q1[5,6] | E1[1,2] E1[7,8] | Q-[9,10]",
    "violated",
  ],
])("%s", (_, text, verdict) => {
  expect(check(text).results).toMatchObject([{ model: "no-lost-writes", verdict }]);
});

test("names what is lost, and who found the queue empty", () => {
  const { anomalies, stats } = check("E1 E2 | Q2 Q7 Q2 Q-");
  expect(anomalies).toMatchObject([
    {
      type: "lost-element",
      witness: [0, 10],
      explanation:
        "element 1 of x, acknowledged to session s0 at 2.00 ms, never came out, and session s1 found the queue empty at 12.0 ms",
    },
  ]);
  expect(stats).toEqual({ queue: { attempts: 2, acknowledged: 2, lost: 1, duplicated: 1, unexpected: 1 } });
});

test("a drain takes out all that is left", () => {
  const drain: Operation = { session: 2, f: "drain", key: "x", value: [1], inv: 20, ret: 21, status: "ok" };
  expect(checkRun([...operations("E1 | E2"), drain]).anomalies).toMatchObject([{ witness: [2, 4] }]);
  expect(checkRun([...operations("E1 | E2"), { ...drain, value: [2, 1] }]).anomalies).toEqual([]);
});

describe.each(casesOf("queue-durability"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
