import { describe, expect, test } from "vitest";
import { compareVectors, dominates, mergeVectors, type VersionVector } from "./version-vector.ts";

describe("worked cases", () => {
  test.each<[VersionVector, VersionVector, string]>([
    [{ N1: 2, N2: 1 }, { N1: 1, N2: 2 }, "concurrent"],
    [{ N1: 2, N2: 1 }, { N1: 1, N2: 1 }, "after"],
    [{ N1: 1, N2: 1 }, { N1: 2, N2: 1 }, "before"],
    [{ A: 1, B: 1 }, { C: 1 }, "concurrent"],
    [{ N1: 2, N2: 0 }, { N1: 2 }, "equal"],
    [{}, { A: 1 }, "before"],
  ])("%j and %j: %s", (a, b, order) => expect(compareVectors(a, b)).toBe(order));

  test("domination is no conflict", () => {
    expect(dominates({ N1: 2, N2: 1 }, { N1: 1, N2: 1 })).toBe(true);
    expect(dominates({ N1: 1, N2: 1 }, { N1: 2, N2: 1 })).toBe(false);
  });

  test("vectors merge to the greatest of each node", () => {
    expect(mergeVectors({ N1: 2, N2: 0 }, { N1: 1, N2: 1 })).toStrictEqual({ N1: 2, N2: 1 });
  });

  test("names of nodes that objects know are names", () => {
    expect(compareVectors({ constructor: 1 }, {})).toBe("after");
    expect(dominates({}, { toString: 1 })).toBe(false);
  });
});
