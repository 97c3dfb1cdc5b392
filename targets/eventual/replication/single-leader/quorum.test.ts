import { expect, test } from "vitest";
import { majorityOf, reachedBy } from "./quorum.ts";

test("two majorities always share a node, a majority and a half need not", () => {
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
});

test("what a majority has reached is the middle, or the lower middle", () => {
  expect(reachedBy(majorityOf(1), [7])).toBe(7);
  expect(reachedBy(majorityOf(2), [9, 4])).toBe(4);
  expect(reachedBy(majorityOf(3), [1, 9, 4])).toBe(4);
  expect(reachedBy(majorityOf(4), [1, 9, 4, 8])).toBe(4);
});
