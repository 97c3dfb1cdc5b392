import fc from "fast-check";
import { expect, test } from "vitest";
import { firstAbove } from "./lag.ts";

test("the first rank above another is the same from wherever one looks", () => {
  const ascending = fc
    .array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 })
    .map((ranks) => ranks.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(ascending, fc.integer({ min: -1, max: 61 }), fc.nat(45), (ranks, rank, near) => {
      const found = ranks.findIndex((one) => one > rank);
      const expected = found === -1 ? ranks.length : found;
      expect(firstAbove(Int32Array.from(ranks), rank, near)).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
