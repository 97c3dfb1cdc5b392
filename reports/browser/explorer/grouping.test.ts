import { describe, expect, test } from "vitest";
import { testOperations } from "../testing/operations.ts";
import { groupBy, placeOf, rowAt } from "./grouping.ts";

const NAMES = { lanes: ["0", "1"], nodes: ["n10", "n2"], keys: ["x"] };

describe("lanes by process", () => {
  const operations = testOperations([
    { lane: 1, start: 0, end: 50 },
    { lane: 0, start: 10, end: 30, flags: 1 },
    { lane: 1, start: 70, flags: 2 },
    { lane: 0, start: 40, end: 50 },
    { lane: 1, start: 90, end: 100 },
  ]);
  const lanes = groupBy("process", NAMES, operations, undefined);

  test("hold the operations of a client in order", () => {
    expect([...lanes.first]).toEqual([0, 2, 5]);
    expect([...lanes.row]).toEqual([1, 3, 0, 2, 4]);
    expect([...lanes.start]).toEqual([10, 40, 0, 70, 90]);
    expect([...lanes.reach]).toEqual([30, 50, 50, 50, 100]);
    expect(lanes.open).toEqual([3]);
    expect(operations.start.map((_, row) => placeOf(lanes, row) ?? -1)).toEqual(
      Float64Array.from([2, 0, 3, 1, 4]),
    );
  });

  test("count failures and indefinite ones before each place", () => {
    expect([...lanes.failed]).toEqual([0, 1, 1, 1, 1, 1]);
    expect([...lanes.indefinite]).toEqual([0, 0, 0, 0, 1, 1]);
  });

  test("tell which operation is at a moment", () => {
    expect(rowAt(lanes, 0, 20, 0)).toBe(1);
    expect(rowAt(lanes, 0, 37, 5)).toBe(3);
    expect(rowAt(lanes, 0, 35, 1)).toBeUndefined();
    expect(rowAt(lanes, 1, 80, 0)).toBe(2);
    expect(rowAt(lanes, 1, 95, 0)).toBe(4);
    expect(rowAt(lanes, 7, 95, 1_000)).toBeUndefined();
  });

  test("vanish where a search leaves nothing of them", () => {
    const some = groupBy("process", NAMES, operations, Uint8Array.from([1, 0, 0, 0, 1]));
    expect(some.names).toEqual(["1"]);
    expect([...some.row]).toEqual([0, 4]);
    expect(placeOf(some, 1)).toBeUndefined();
  });
});

describe("lanes by node or key", () => {
  test("go on below where operations overlap, and stand in order of their names", () => {
    const operations = testOperations([
      { node: 0, start: 0, end: 50 },
      { node: 0, start: 10, end: 20 },
      { node: 1, start: 15, end: 20 },
      { node: 0, start: 30, end: 40 },
      { start: 60, end: 70 },
    ]);
    const lanes = groupBy("node", NAMES, operations, undefined);
    expect(lanes.names).toEqual(["n2", "n10", "", "no node"]);
    expect([...lanes.laneOf]).toEqual([1, 2, 0, 2, 3]);
  });

  test("of ten thousand keys, those of witnesses and the busiest have lanes; the others share one", () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `k${i}`);
    const rows = keys.flatMap((_, key) =>
      Array.from({ length: key < 600 ? 2 : 1 }, (__, i) => ({
        key,
        start: key * 10 + i,
        end: key * 10 + i + 1,
      })),
    );
    const witness = rows.findIndex(({ key }) => key === 9_876);
    const lanes = groupBy(
      "key",
      { ...NAMES, keys },
      testOperations(rows, { witnesses: [witness] }),
      undefined,
    );
    expect(lanes.names).toHaveLength(501);
    expect(lanes.names).toContain("k9876");
    expect(lanes.names.at(-1)).toBe("others");
    expect(lanes.shared).toBe(9_500);
    expect(lanes.row).toHaveLength(rows.length);
  });

  test("what never completed holds no lane", () => {
    const operations = testOperations([
      { node: 0, start: 0 },
      { node: 0, start: 5, end: 6 },
    ]);
    expect(groupBy("node", NAMES, operations, undefined).names).toEqual(["n10"]);
  });
});
