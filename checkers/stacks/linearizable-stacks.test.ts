import { expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import { linearizableStacks } from "./linearizable-stacks.ts";

const header = headerOf({ type: "stack" });
const check = (text: string) => linearizableStacks.check(historyFrom(operations(text), header), UNLIMITED);

test.each([
  ["S1 S2 | T2 T1 T-"],
  ["S1[0,9] | S2[0,9] | T1[10,11] T2[12,13]"],
  ["S1 | S2[3,8] | T1[5,6]"],
  ["S1[1,] | T-[2,3]"],
  ["S1 S2 T? | T1"],
  ["S1 S1 | T1 T1 T-"],
])("satisfied: %s", (text) => {
  expect(check(text).results).toMatchObject([{ verdict: "satisfied" }]);
});

test.each([
  ["S1 S2 | T1", [0, 2, 4]],
  ["S1 | T1 T1", [0, 2, 4]],
  ["S1 | T-", [0, 2]],
  ["T7", [0]],
  ["S1 S2 S3 | T3 T1", [0, 2, 8]],
])("no order explains %s", (text, witness) => {
  expect(check(text).anomalies).toMatchObject([{ type: "non-linearizable", witness }]);
});

test("a stack is told from its operations", () => {
  const history = historyFrom(operations("S1 | T1"));
  expect(linearizableStacks.check(history, UNLIMITED).results).toMatchObject([{ verdict: "satisfied" }]);
});

test("what is no operation on a stack is not judged", () => {
  expect(check("S1 | R1").results).toMatchObject([
    { verdict: "unknown", reason: "x: read is no operation on a stack" },
  ]);
});
