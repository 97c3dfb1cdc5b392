import { describe, expect, test } from "vitest";
import { type TestOperation, testHistory } from "../testing/history.ts";
import { lanesOf } from "./lanes.ts";

const operation = (
  process: number,
  start: number,
  end: number | null,
  rest: Partial<TestOperation> = {},
): TestOperation => ({
  f: "write",
  process,
  start,
  end,
  ...rest,
});

function lanes(operations: readonly TestOperation[], concurrency?: number): [names: string, lanes: number[]] {
  const history = testHistory(operations, concurrency === undefined ? {} : { concurrency });
  const { names, laneOf } = lanesOf(history);
  return [names.join(), operations.map((_, row) => laneOf(row))];
}

describe("lanes", () => {
  test("a retired process hands its lane to its successor", () => {
    const rows = [
      operation(0, 0, 2),
      operation(1, 1, 3, { status: "info" }),
      operation(3, 4, 5),
      operation(0, 6, 7),
    ];
    expect(lanes(rows, 2)).toEqual(["0,1", [0, 1, 1, 0]]);
  });

  test("processes that overlap never share one", () => {
    expect(lanes([operation(0, 0, 9), operation(2, 1, 5), operation(4, 6, 8)], 2)).toEqual([
      "0,1",
      [0, 1, 1],
    ]);
  });

  test("without a known concurrency, each process takes the first free lane", () => {
    expect(lanes([operation(7, 0, 5), operation(8, 1, 2), operation(9, 6, 8)])).toEqual(["0,1", [0, 1, 0]]);
  });

  test("an operation that never completed keeps its lane", () => {
    expect(lanes([operation(0, 0, null), operation(1, 5, 6)])).toEqual(["0,1", [0, 1]]);
  });

  test("an operation given up at any nanosecond hands its lane on", () => {
    const info = { status: "info" } as const;
    expect(lanes([operation(0, 0, 2_147_483_647, info), operation(1, 2_147_483_650, 2_147_483_660)])).toEqual(
      ["0", [0, 0]],
    );
  });

  test("final reads stand apart, a lane for each node", () => {
    const final = { f: "read", final: true } as const;
    const rows = [
      operation(0, 0, 1),
      operation(9, 2, 4, { ...final, node: "n10" }),
      operation(8, 3, 4, { ...final, node: "n2" }),
    ];
    expect(lanes(rows, 1)).toEqual(["0,n2,n10", [0, 2, 1]]);
  });
});
