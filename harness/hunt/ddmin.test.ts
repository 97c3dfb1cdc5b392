import { expect, test } from "vitest";
import * as fc from "fast-check";
import { ddmin } from "./ddmin.ts";

const needing = (needed: readonly number[]) => (kept: readonly number[]) =>
  Promise.resolve(needed.every((item) => kept.includes(item)));

test("what is needed stays, in its order, and nothing else", async () => {
  const sets = fc
    .uniqueArray(fc.nat({ max: 40 }), { maxLength: 30 })
    .chain((items) => fc.tuple(fc.constant(items), fc.subarray(items)));
  await fc.assert(
    fc.asyncProperty(sets, async ([items, needed]) => {
      expect(await ddmin(items, needing(needed))).toEqual(items.filter((item) => needed.includes(item)));
    }),
  );
});

test("where one of two is enough one stays", async () => {
  const items = [1, 2, 3, 4, 5, 6, 7];
  const kept = await ddmin(items, (some) => Promise.resolve(some.includes(2) || some.includes(6)));
  expect(kept).toHaveLength(1);
});

test("a test that begins to refuse everything ends the search with what passed", async () => {
  let left = 3;
  const kept = await ddmin([1, 2, 3, 4, 5, 6, 7, 8], (some) =>
    Promise.resolve(left-- > 0 && some.includes(1)),
  );
  expect(kept).toContain(1);
  expect(kept.length).toBeLessThan(8);
});
