import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import { findCover } from "./cover.ts";
import { linearizableQueues } from "./linearizable-queues.ts";

const header = headerOf({ type: "queue" });
const check = (text: string) => linearizableQueues.check(historyFrom(operations(text), header), UNLIMITED);

test.each([
  ["E1 E2 | Q1 Q2"],
  ["E1[0,9] | E2[0,9] | Q2[1,2] Q1[3,4]"],
  ["E1 E2 | Q1"],
  ["Q- E1 | Q1 Q-"],
  ["E1[0,9] | Q-[1,2] Q1[3,4]"],
  ["E1[1,] | Q-[2,3]"],
  ["E1[1,] | Q1[2,3]"],
  ["E1 E2 Q? | Q2"],
  ["E1 E1 | Q1 Q1 Q-"],
  ["E1 E2 | X{1,2}"],
  ["X{} E1 | X{1} Q-"],
  ["E1 E2 E3 E4 | X{1,3}[9,20] | X{2,4}[10,19]"],
  ["E1 E2[5,12] | X{1,2}[4,9]"],
  ["E1 E2[5,12] | X{1}[4,9] | Q2[13,14]"],
  ["E1[1,9] | X{}[2,8]"],
  ["E1 E1 | X{1,1}"],
])("satisfied: %s", (text) => {
  expect(check(text).results).toMatchObject([{ verdict: "satisfied" }]);
});

test.each([
  ["a drain that left something", "E1 | X{}", [0, 2]],
  ["and something else than it took", "E1 E2 | X{1}", [0, 2, 4]],
  ["a drain in the wrong order", "E1 E2 | X{2,1}", [0, 2, 4]],
  [
    "a drain that another one helped, in the wrong order",
    "E1[0,9] E2[10,11] | E3[1,8] | X{2,1}[12,20] | X{3}[13,19]",
    undefined,
  ],
  [
    "two drains at once, one in the wrong order",
    "E2[0,1] E3[4,5] | E4[0,1] E1[4,5] | X{1,2}[12,20] | X{3,4}[13,19]",
    [0, 5, 8],
  ],
  ["repeated elements", "E1 E2 E1 | X{1,1,2}", undefined],
])("refuted: %s", (_, text, witness) => {
  const { results, anomalies } = check(text);
  expect(results).toMatchObject([{ verdict: "violated" }]);
  if (witness !== undefined) expect(anomalies[0]?.witness).toEqual(witness);
});

test.each([
  ["E1 | Q7", [2], "nobody put in what session s1's dequeue of 7 took out"],
  [
    "E1 | Q1 Q1",
    [0, 2, 4],
    "session s1's dequeue of 1 cannot have taken it out, given session s1's dequeue of 1 and session s0's enqueue of 1: each value goes in once, and out once after that",
  ],
  [
    "E1 E2 | Q2 Q1",
    [0, 2, 4, 6],
    "session s0's enqueue of 1 came before session s0's enqueue of 2, but session s1's dequeue of 2 had ended before session s1's dequeue of 1 began",
  ],
  [
    "E1 E2 | Q2",
    [0, 2, 4],
    "session s0's enqueue of 1 came before session s0's enqueue of 2, but the first was never taken out, and session s1's dequeue of 2 took the second",
  ],
  [
    "E1 | Q-",
    [0, 2],
    "session s1's dequeue of nothing, although something was in the queue all the while: what came from session s0's enqueue of 1",
  ],
])("no order explains %s", (text, witness, because) => {
  expect(check(text).anomalies).toMatchObject([{ witness, explanation: because }]);
});

describe("spans that cover a stretch", () => {
  const spans = [
    { from: 0, to: 4 },
    { from: 2, to: 7 },
    { from: 3, to: 5 },
    { from: 6, to: 9 },
  ];

  test.each([
    [1, 3, [0]],
    [3, 8, [1, 3]],
    [0, 9, [0, 1, 3]],
  ])("%i to %i", (begin, end, chosen) => {
    const cover = findCover(spans, begin, end);
    expect(cover?.at(-1)).toBe(spans[chosen.at(-1)!]);
    expect(cover!.length).toBeLessThanOrEqual(chosen.length);
  });

  test("or do not", () => {
    expect(findCover(spans, 5, 10)).toBeUndefined();
    expect(findCover([spans[0]!, spans[3]!], 1, 7)).toBeUndefined();
    expect(findCover([], 1, 2)).toBeUndefined();
  });
});
