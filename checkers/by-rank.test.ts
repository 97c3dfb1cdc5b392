import fc from "fast-check";
import { expect, test } from "vitest";
import { byRank } from "./by-rank.ts";

test("orders positions by their ranks, equal ones as they were, however the ranks are spread", () => {
  const ranks = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 }),
    fc.array(fc.integer({ min: 0, max: 0x7fffffff }), { maxLength: 30 }),
    fc.array(fc.integer({ min: 0x7ffffff0, max: 0x7fffffff }), { maxLength: 30 }),
  );
  fc.assert(
    fc.property(ranks, (list) => {
      const positions = list.map((_, i) => i).sort((a, b) => list[a]! - list[b]!);
      expect([...byRank(Int32Array.from(list))]).toEqual(positions);
    }),
    { numRuns: 1_000 },
  );
});

test("orders many, whether they are almost in order, in part, or not at all", () => {
  const ranks = fc
    .tuple(
      fc.constantFrom(1, 8, 200, 100_000),
      fc.array(fc.nat(1_000_000), { minLength: 300, maxLength: 600 }),
    )
    .map(([spread, list]) => list.map((number, i) => i * 4 + (number % spread)));
  fc.assert(
    fc.property(ranks, fc.constantFrom(1, 3_000), (list, apart) => {
      const spread = list.map((rank) => rank * apart);
      const positions = spread.map((_, i) => i).sort((a, b) => spread[a]! - spread[b]!);
      expect([...byRank(Int32Array.from(spread))]).toEqual(positions);
    }),
    { numRuns: 200 },
  );
});

test("more ranks than are packed, far from each other", () => {
  const count = 2 ** 21 + 5;
  const ranks = Int32Array.from({ length: count }, (_, i) => (count - i) * 1_000);
  const order = byRank(ranks);
  expect([order[0], order[1], order[count - 1]]).toEqual([count - 1, count - 2, 0]);
  expect(ranks.length).toBe(count);
});
