import { SECOND } from "#core/units";
import { describe, expect, test } from "vitest";
import { unpackOperations } from "../browser/explorer/operations.ts";
import { testHistory } from "../testing/history.ts";
import { timelineOf } from "./timeline.ts";
import { spanOf } from "./times.ts";

describe("timeline", () => {
  test("the page unpacks what was packed", async () => {
    const history = testHistory(
      [
        { process: 1, f: "write", key: "x", value: "a", node: "n1", start: 1_000, end: 5_000_000_000 },
        { process: 0, f: "read", key: "x", value: "a", node: "n2", start: 2_000, end: 9_000 },
        { process: 0, f: "add", key: "y", value: 7, start: 20_000, end: null },
        {
          process: 1,
          f: "read",
          key: "y",
          value: [7, 8],
          list: true,
          start: 6_000_000_000,
          end: 6_000_001_000,
        },
        {
          process: 1,
          f: "write",
          key: "x",
          value: 1,
          status: "fail",
          error: "not-leader",
          start: 7 * SECOND,
          end: 8 * SECOND,
        },
      ],
      { concurrency: 2 },
    );
    const timeline = timelineOf(history, spanOf(history, undefined), new Set([4, 0]));
    if (timeline === undefined) throw new Error("no timeline");
    const operations = await unpackOperations(timeline);
    const shown = Array.from({ length: operations.count }, (_, place) => ({
      lane: operations.lane[place],
      process: operations.process[place],
      index: operations.index[place],
      f: timeline.functions[operations.f[place] ?? -1],
      key: timeline.keys[operations.key[place] ?? -1],
      value: operations.values[operations.value[place] ?? -1],
      start: operations.start[place],
      end: operations.end[place],
      flags: operations.flags[place],
      error: timeline.errors[operations.error[place] ?? -1],
      node: timeline.nodes[operations.node[place] ?? -1],
    }));
    expect(shown).toMatchInlineSnapshot(`
      [
        {
          "end": 5000000000,
          "error": undefined,
          "f": "write",
          "flags": 0,
          "index": 0,
          "key": "x",
          "lane": 1,
          "node": "n1",
          "process": 1,
          "start": 1000,
          "value": "a",
        },
        {
          "end": 9000,
          "error": undefined,
          "f": "read",
          "flags": 0,
          "index": 1,
          "key": "x",
          "lane": 0,
          "node": "n2",
          "process": 0,
          "start": 2000,
          "value": "a",
        },
        {
          "end": Infinity,
          "error": undefined,
          "f": "add",
          "flags": 2,
          "index": 3,
          "key": "y",
          "lane": 0,
          "node": undefined,
          "process": 0,
          "start": 20000,
          "value": "7",
        },
        {
          "end": 6000001000,
          "error": undefined,
          "f": "read",
          "flags": 0,
          "index": 5,
          "key": "y",
          "lane": 1,
          "node": undefined,
          "process": 1,
          "start": 6000000000,
          "value": "[7,8]",
        },
        {
          "end": 8000000000,
          "error": "not-leader",
          "f": "write",
          "flags": 1,
          "index": 7,
          "key": "x",
          "lane": 1,
          "node": undefined,
          "process": 1,
          "start": 7000000000,
          "value": "1",
        },
      ]
    `);
    expect([...operations.witnesses]).toEqual([0, 4]);
    expect(timeline.valuesLeftOut).toBe(0);
  });

  test("of a large run only witnesses and what is near them have their values", async () => {
    const history = testHistory(
      Array.from({ length: 30_000 }, (_, i) => ({
        f: "write" as const,
        key: "x",
        value: `v${i}`,
        start: i,
        end: i + 1,
      })),
    );
    const timeline = timelineOf(history, spanOf(history, undefined), new Set([20_000]));
    if (timeline === undefined) throw new Error("no timeline");
    const { value, values } = await unpackOperations(timeline);
    const kept = [...value.keys()].filter((row) => (value[row] ?? -1) >= 0);
    expect(kept).toEqual(Array.from({ length: 1_001 }, (_, i) => 19_500 + i));
    expect(values[value[20_000] ?? -1]).toBe("v20000");
    expect(timeline.valuesLeftOut).toBe(30_000 - 1_001);
  });

  test("there is none without operations", () => {
    const history = testHistory([]);
    expect(timelineOf(history, spanOf(history, undefined), new Set())).toBeUndefined();
  });

  test("without times, events are the axis", async () => {
    const history = testHistory([
      { process: 0, start: 0, end: 0 },
      { process: 1, start: 0, end: 0 },
    ]);
    const timeline = timelineOf(history, spanOf(history, undefined), new Set());
    if (timeline === undefined) throw new Error("no timeline");
    expect(timeline.axis).toBe("order");
    const { start, end } = await unpackOperations(timeline);
    expect([...start]).toEqual([0, 1]);
    expect([...end].every((at, i) => at > (start[i] ?? 0))).toBe(true);
  });
});
