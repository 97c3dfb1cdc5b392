import { describe, expect, test } from "vitest";
import { groupOperations, lowerBound, operationAt } from "./operations.ts";

function group(rows: readonly (readonly [lane: number, start: number, duration: number, flags?: number])[]) {
  const column = (of: (row: (typeof rows)[number]) => number): Float64Array => Float64Array.from(rows, of);
  const zero = column(() => 0);
  const columns = {
    index: column((row) => rows.indexOf(row)),
    process: zero,
    f: zero,
    key: zero,
    node: zero,
    value: zero,
    error: zero,
  };
  const lanes = [...new Set(rows.map(([lane]) => lane))].map(String);
  return groupOperations(
    { count: rows.length, lanes, unit: 10, witnesses: [rows.length - 1] },
    {
      ...columns,
      lane: column((row) => row[0]),
      start: column((row) => row[1]),
      duration: column((row) => row[2]),
      flags: column((row) => row[3] ?? 0),
    },
    [],
  );
}

describe("operations of a timeline", () => {
  const operations = group([
    [1, 0, 6],
    [0, 1, 3, 1],
    [1, 7, 0, 2],
    [0, 4, 2],
    [1, 9, 2],
  ]);

  test("are grouped by lane, in order", () => {
    expect([...operations.first]).toEqual([0, 2, 5]);
    expect([...operations.index]).toEqual([1, 3, 0, 2, 4]);
    expect([...operations.start]).toEqual([10, 40, 0, 70, 90]);
    expect([...operations.end]).toEqual([30, 50, 50, Number.POSITIVE_INFINITY, 100]);
    expect([...operations.witnesses]).toEqual([4]);
  });

  test("count failures and indefinite ones before each place", () => {
    expect([...operations.failed]).toEqual([0, 1, 1, 1, 1, 1]);
    expect([...operations.indefinite]).toEqual([0, 0, 0, 0, 1, 1]);
  });

  test("are found by lane and time", () => {
    expect(operationAt(operations, 0, 20, 0)).toBe(0);
    expect(operationAt(operations, 0, 37, 5)).toBe(1);
    expect(operationAt(operations, 0, 35, 1)).toBeUndefined();
    expect(operationAt(operations, 1, 80, 0)).toBe(3);
    expect(operationAt(operations, 1, 95, 0)).toBe(4);
    expect(operationAt(operations, 7, 95, 1_000)).toBeUndefined();
  });

  test("lowerBound finds the first that is not below", () => {
    const column = Float64Array.from([1, 3, 3, 5]);
    expect([0, 1, 2, 3, 6].map((bound) => lowerBound(column, bound, 0, 4))).toEqual([0, 0, 1, 1, 4]);
  });
});
