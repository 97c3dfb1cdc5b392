import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "#core/json";
import { canonicalText } from "./canonical-text.ts";
import { sameJson } from "./same-json.ts";

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;

test("says the same as the texts with sorted fields", () => {
  fc.assert(
    fc.property(json, json, (a, b) => {
      expect(sameJson(a, b)).toBe(canonicalText(a) === canonicalText(b));
      expect(sameJson(a, structuredClone(a))).toBe(true);
    }),
  );
});

test.each<[Json, Json]>([
  [{ a: 1, b: 2 }, { a: 1 }],
  [{ a: 1 }, { b: 1 }],
  [[1, 2], [1]],
  [[], {}],
  [null, {}],
  [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }],
])("%j and %j differ", (a, b) => {
  expect(sameJson(a, b)).toBe(false);
  expect(sameJson(b, a)).toBe(false);
});

test("the order of fields does not matter", () => {
  expect(sameJson({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true);
});
