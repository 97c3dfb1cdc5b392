import { expect, test } from "vitest";
import { majorityOf, reachedByMajority } from "./quorum.ts";

test("two majorities always share a node, a majority and a half need not", () => {
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
});

test("what a majority has reached is the middle, or the lower middle", () => {
  expect(reachedByMajority([7])).toBe(7);
  expect(reachedByMajority([9, 4])).toBe(4);
  expect(reachedByMajority([1, 9, 4])).toBe(4);
  expect(reachedByMajority([1, 9, 4, 8])).toBe(4);
});
