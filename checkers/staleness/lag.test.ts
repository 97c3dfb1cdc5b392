import fc from "fast-check";
import { expect, test } from "vitest";
import { firstAbove, NewerVersions } from "./lag.ts";

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

test("however many lags are asked for, each counts the versions that were known", () => {
  const known = fc.uniqueArray(fc.nat(200), { minLength: 1, maxLength: 12 });
  const asked = fc
    .array(fc.tuple(fc.nat(200), fc.nat(12)), { minLength: 100, maxLength: 100 })
    .map((list) => list.toSorted(([a], [b]) => a - b));
  fc.assert(
    fc.property(known, asked, (ranks, questions) => {
      const versions = new NewerVersions(Int32Array.from(ranks));
      for (const [rank, from] of questions) {
        const newer = ranks.flatMap((one, i) => (i >= from && one < rank ? [i] : []));
        const first = newer.toSorted((a, b) => ranks[a]! - ranks[b]!)[0];
        const expected = first === undefined ? undefined : { versions: newer.length, newer: first };
        expect(versions.knownFrom(from, rank)).toEqual(expected);
      }
    }),
    { numRuns: 300 },
  );
});
