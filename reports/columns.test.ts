import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accumulate, decodeVarints, differences, encodeVarints } from "./columns.ts";

const integers = fc.array(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }));

describe("columns", () => {
  test("what is encoded is decoded again", () => {
    fc.assert(
      fc.property(integers, (values) => {
        expect([...decodeVarints(encodeVarints(values), values.length)]).toEqual(values);
      }),
    );
  });

  test("differences add up to the values", () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (values) => {
        expect([...accumulate(differences(values))]).toEqual(values);
      }),
    );
  });

  test("small values take one byte, whatever their sign", () => {
    expect(encodeVarints([0, -1, 1, 63, -64]).length).toBe(5);
    expect(encodeVarints([64]).length).toBe(2);
  });

  test("a column that ends too early is refused", () => {
    expect(() => decodeVarints(encodeVarints([1, 300]).subarray(0, 2), 2)).toThrow(
      "column ends after 1 of 2 values",
    );
  });
});
