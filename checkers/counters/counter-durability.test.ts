import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
import { convergence } from "../convergence/convergence.ts";
import { counterDurability } from "./counter-durability.ts";
import { missingChanges } from "./missing-changes.ts";
import { PossibleCounts, Sums } from "./sums.ts";

const NODES = ["n1", "n2"];
const header = headerOf({ type: "counter" }, NODES);
const check = (text: string) => counterDurability.check(historyFrom(operations(text), header), UNLIMITED);

describe("lost increments", () => {
  test.each([
    ["less than was acknowledged", "I1 I2 | R1@n1* R1@n2*", "violated"],
    ["different counts, all too low", "I1 I2 | R1@n1* R2@n2*", "violated"],
    ["a lost increment that an indefinite one hides from the bounds", "I3 I5? | R5@n1* R5@n2*", "violated"],
    ["a lost decrement", "I5 I-2 | R5@n1* R5@n2*", "violated"],
    ["nothing at all", "I1 | R-@n1* R-@n2*", "violated"],
    ["everything", "I1 I2 | R3@n1* R3@n2*", "satisfied"],
    ["on some node: diverged, not lost", "I1 I2 | R3@n1* R1@n2*", "satisfied"],
    ["an indefinite increment that shows", "I1 I2? | R3@n1* R3@n2*", "satisfied"],
    ["an indefinite decrement may have come", "I5 I-2? | R3@n1* R3@n2*", "satisfied"],
    ["a failed increment", "I1 I2! | R1@n1* R1@n2*", "satisfied"],
    ["an increment that came twice is none lost, and may hide one", "I1 I2 | R4@n1* R4@n2*", "unknown"],
    ["too low, or counted down twice, but nothing explains it", "I1 I-1 | R-5@n1* R-5@n2*", "unknown"],
    ["a node that was not read", "I1 | R0@n1*", "unknown"],
    ["nothing acknowledged", "I1? | R0@n1* R0@n2*", "not-applicable"],
  ])("%s", (_, text, verdict) => {
    expect(check(text).results[0]).toMatchObject({ model: "no-lost-writes", verdict });
  });

  test("are named where the amounts tell which they are", () => {
    const [named] = check("I1 I2 I4 | R5@n1* R5@n2*").anomalies;
    expect(named?.explanation).toBe(
      "x is 5 on n1, 5 on n2 at the end, but 3 acknowledged changes make 7, and no unacknowledged ones explain that: at least one of them is lost: if none came twice, session s0's increment by 2 at 4.00 ms",
    );
    const [unnamed] = check("I1 I1 I-1? | R0@n1* R0@n2*").anomalies;
    expect(unnamed?.explanation).toBe(
      "x is 0 on n1, 0 on n2 at the end, but 2 acknowledged changes make 2, and no unacknowledged ones explain that: one of them is lost, unless another came twice",
    );
  });

  test("one lost among more amounts than can be tried", () => {
    const changes = Array.from({ length: 20 }, (_, bit) => `I${3 * (-3) ** bit}`);
    const sum = Array.from({ length: 20 }, (_, bit) => 3 * (-3) ** bit).reduce((a, b) => a + b);
    const text = (count: number) => `${changes.join(" ")} | R${count}@n1* R${count}@n2*`;
    expect(check(text(sum + 3 * 3 ** 5)).results[0]).toMatchObject({ verdict: "violated" });
    expect(check(text(sum + 3 * 3 ** 5 - 27)).results[0]).toMatchObject({
      verdict: "unknown",
      reason: expect.stringContaining("it is not known which of its changes make its last count"),
    });
  });

  test("the witness has no more increments than it needs", () => {
    expect(check("I1 I2 I4 I1? | R3@n1* R3@n2*").anomalies[0]?.witness).toEqual([4, 7, 9]);
  });
});

describe("impossible counts", () => {
  test.each([
    [
      "I1 I2 | R4",
      "impossible-count",
      "causal",
      [0, 2, 4],
      "session s1 read x = 4 at 6.00 ms, but it was between 0 and 3 whichever of its changes had happened, each of them once",
    ],
    [
      "I2 I2? | R3",
      "impossible-count",
      "causal",
      [0, 2, 3],
      "session s1 read x = 3 at 6.00 ms, but it was between 0 and 4, and no choice among its changes makes that",
    ],
    [
      "I2 I1! | R3",
      "aborted-read",
      "causal",
      [0, 2, 4],
      "session s1 read x = 3 at 6.00 ms, which only changes explain that certainly failed",
    ],
    [
      "R3[1,2] | I3[3,4]",
      "future-read",
      "linearizable",
      [0, 2],
      "session s0 read x = 3 at 2.00 ms, which only changes explain that began later: until then only 0 was possible",
    ],
  ])("%s", (text, type, model, witness, explanation) => {
    expect(check(text).anomalies).toMatchObject([{ type, model, witness, explanation }]);
  });

  test("in a final read it is left to convergence", () => {
    const history = historyFrom(operations("I1 | R5@n1*"), header);
    expect(counterDurability.check(history, UNLIMITED).anomalies).toEqual([]);
    expect(convergence.check(history, UNLIMITED).anomalies).toMatchObject([
      { type: "unexplained-final-read", witness: [0, 2] },
    ]);
  });
});

test("possible sums are exact, and bounds where they are too many", () => {
  let sums: Sums | undefined = Sums.of(10);
  for (const amount of [1, 1, -4, 100]) sums = sums?.with(amount);
  const all = Array.from({ length: 200 }, (_, sum) => sum).filter((sum) => sums!.has(sum));
  expect(all).toEqual([6, 7, 8, 10, 11, 12, 106, 107, 108, 110, 111, 112]);
  const many = new PossibleCounts(0);
  for (let bit = 0; bit < 20; bit++) many.add(3 * 2 ** bit);
  expect([many.has(-1), many.has(1), many.has(2 ** 30)]).toEqual([false, undefined, false]);
});

test("what is missing is found among many distinct amounts, and not among equal ones", () => {
  const powers = Array.from({ length: 45 }, (_, bit) => ({ row: bit, by: 2 ** bit }));
  expect(missingChanges(2 ** 44 + 2 ** 7, powers, [])?.map(({ row }) => row)).toEqual([44, 7]);
  const ones = Array.from({ length: 500 }, (_, row) => ({ row, by: 1 }));
  expect(missingChanges(3, ones, [])).toBeUndefined();
});

describe.each(casesOf("counter-durability"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
