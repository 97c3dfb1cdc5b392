import { expect, test } from "vitest";
import { MILLISECOND as MS } from "#core/units";
import { type TestOperation, testHistory } from "../testing/history.ts";
import { availabilityOf } from "./availability.ts";
import { faultBands } from "./faults.ts";
import { spanOf } from "./times.ts";

const did = (
  f: "read" | "write",
  node: string,
  start: number,
  took: number,
  status: "ok" | "fail" = "ok",
): TestOperation => ({
  f,
  key: "x",
  node,
  status,
  start: start * MS,
  end: (start + took) * MS,
});

test("counts by fault and node what was answered, the longest silence, and latency with and without faults", () => {
  const history = testHistory(
    [
      did("write", "n1", 10, 4),
      did("write", "n1", 110, 2),
      did("write", "n1", 130, 1, "fail"),
      did("write", "n1", 190, 6),
      did("read", "n2", 120, 8),
      did("write", "n1", 310, 4),
      { ...did("read", "n2", 150, 1), final: true },
    ],
    {
      faults: [
        { id: 1, fault: "partition", phase: "start", nodes: ["n1"], time: 100 * MS },
        { id: 1, fault: "partition", phase: "healed", nodes: ["n1"], time: 200 * MS },
      ],
    },
  );
  expect(availabilityOf(history, faultBands(history), spanOf(history, undefined))).toEqual({
    faults: [
      {
        id: 1,
        nodes: [
          {
            node: "n1",
            reads: { ok: 0, total: 0, silent: 0 },
            updates: { ok: 2, total: 3, silent: 84 * MS },
          },
          {
            node: "n2",
            reads: { ok: 1, total: 1, silent: 0 },
            updates: { ok: 0, total: 0, silent: 0 },
          },
        ],
      },
    ],
    latency: {
      calm: { p50: 4 * MS, p95: 4 * MS, p99: 4 * MS, max: 4 * MS },
      faulty: { p50: 6 * MS, p95: 8 * MS, p99: 8 * MS, max: 8 * MS },
    },
  });
});

test("without times there is nothing to say", () => {
  const history = testHistory([{ start: 0, end: 0 }]);
  expect(availabilityOf(history, [], spanOf(history, undefined))).toBeUndefined();
});
