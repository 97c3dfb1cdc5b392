import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { parseHistory } from "../history/read-history.ts";
import { judgeHistory } from "../cli/judge-history.ts";
import { DEFAULT_THRESHOLDS, measure } from "./measure.ts";
import type { Metric, MetricName } from "./schema.ts";
import { type StoreEvent, storeEventsOf } from "./store-events.ts";

interface Line {
  readonly process: number;
  readonly type: "invoke" | "ok" | "fail" | "info";
  readonly f: string;
  readonly value: unknown;
  readonly at: number;
  readonly node?: string;
  readonly level?: string;
  readonly final?: true;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Times in milliseconds. */
function metricsOf(lines: readonly Line[], events: readonly StoreEvent[] = [], object = {}) {
  const header = {
    riftcheck: 1,
    objects: [
      { keys: "*", type: "register", initial: null, order: "single-writer", uniqueWrites: true, ...object },
    ],
    nodes: ["n1", "n2"],
  };
  const text = [
    header,
    ...lines.map(({ at, ...line }, index) => ({ index, time: at * 1_000_000, key: "x", ...line })),
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
  const history = parseHistory(text, "test");
  const { stats } = judgeHistory(history, { expectations: [] });
  return measure({ history, stats, events, time: 30 * SECOND });
}

const find = (name: MetricName, { metrics }: { readonly metrics: readonly Metric[] }): Metric =>
  metrics.find((metric) => metric.name === name)!;

const did = (
  process: number,
  f: string,
  value: unknown,
  from: number,
  to: number,
  more: Partial<Line> = {},
): Line[] => [
  { process, type: "invoke", f, value: f === "read" ? null : value, at: from, ...more },
  { process, type: "ok", f, value, at: to, ...more },
];

describe("replication lag", () => {
  test("is what the stalest read of any node proves", () => {
    const metrics = metricsOf([
      ...did(0, "write", 1, 0, 10, { node: "n1" }),
      ...did(0, "write", 2, 20, 30, { node: "n1" }),
      ...did(1, "read", 1, 7_030, 7_040, { node: "n2" }),
    ]);
    expect(find("replication_lag_seconds", metrics)).toMatchObject({
      value: 7,
      breached: true,
      basis: "the stalest read of n2",
    });
  });

  test("has no end where replicas never become equal, and is not known where nothing was read", () => {
    const write = did(0, "write", 1, 0, 10, { node: "n1" });
    const diverged = metricsOf([
      ...write,
      ...did(1, "read", 1, 100, 110, { node: "n1", final: true }),
      ...did(1, "read", null, 120, 130, { node: "n2", final: true }),
    ]);
    expect(find("replication_lag_seconds", diverged)).toMatchObject({ value: null, breached: true });
    expect(find("replication_lag_seconds", metricsOf(write))).toMatchObject({ value: null, breached: false });
  });
});

test("errors of updates count, but for those that say nothing of the store", () => {
  const failed = (process: number, type: "fail" | "info", code: string, at: number): Line[] => [
    { process, type: "invoke", f: "write", value: process, at },
    { process, type, f: "write", value: process, at: at + 1, error: { code, message: "" } },
  ];
  const metrics = metricsOf([
    ...did(0, "write", 100, 0, 1),
    ...failed(1, "info", "no-quorum", 2),
    ...failed(2, "fail", "unavailable", 4),
    ...did(3, "write", 101, 6, 7),
    ...failed(4, "fail", "rejected", 8),
    ...failed(5, "info", "stopping", 10),
  ]);
  expect(find("write_error_rate", metrics)).toMatchObject({
    value: 50,
    breached: true,
    basis: "2 of 4 updates",
  });
});

describe("conflicts", () => {
  const siblings = (...values: number[]) => ({ siblings: values });
  const reads = [
    ...did(0, "write", 1, 0, 1),
    ...did(1, "read", siblings(1, 2), 2, 3),
    ...did(1, "read", siblings(2, 1), 4, 5),
    ...did(1, "read", siblings(1, 2, 3), 6, 7),
  ];

  test("are the different siblings that reads showed, where the store tells nothing", () => {
    const metrics = metricsOf(reads, [], { siblings: true, order: "unknown" });
    expect(find("conflict_rate_per_min", metrics)).toMatchObject({ value: 4, breached: false });
  });

  test("are what the store tells, where it does", () => {
    const events = Array.from({ length: 6 }, (): StoreEvent => ({ event: "conflict" }));
    expect(
      find("conflict_rate_per_min", metricsOf(reads, events, { siblings: true, order: "unknown" })),
    ).toMatchObject({
      value: 12,
      breached: true,
    });
    expect(find("conflict_rate_per_min", metricsOf(did(0, "write", 1, 0, 1)))).toMatchObject({ value: null });
  });
});

test("rounds of repair that leave a difference count against the rate", () => {
  const rounds = (complete: number, incomplete: number): StoreEvent[] =>
    [complete, incomplete].flatMap((count, i) =>
      Array.from({ length: count }, (): StoreEvent => ({ event: "repair", complete: i === 0 })),
    );
  const write = did(0, "write", 1, 0, 1);
  expect(find("repair_success_rate", metricsOf(write, rounds(19, 1)))).toMatchObject({
    value: 95,
    breached: false,
  });
  expect(find("repair_success_rate", metricsOf(write, rounds(18, 2)))).toMatchObject({
    value: 90,
    breached: true,
  });
  expect(find("repair_success_rate", metricsOf(write))).toMatchObject({ value: null, breached: false });
});

test("thresholds can be others", () => {
  const history = parseHistory("", "none");
  const thresholds = { ...DEFAULT_THRESHOLDS, repair_success_rate: 50 };
  const events: StoreEvent[] = [
    { event: "repair", complete: true },
    { event: "repair", complete: false },
  ];
  const { metrics } = measure({ history, stats: {}, events, time: SECOND }, thresholds);
  expect(metrics.find(({ name }) => name === "repair_success_rate")).toMatchObject({
    value: 50,
    breached: false,
  });
});

test("latencies are told by operation and level, of what succeeded during the run", () => {
  const { latencies } = metricsOf([
    ...did(0, "write", 1, 0, 10),
    ...did(1, "read", 1, 20, 21, { level: "local" }),
    ...did(1, "read", 1, 30, 34, { level: "strong" }),
    ...did(1, "read", 1, 40, 99, { node: "n1", final: true }),
  ]);
  expect(latencies.map(({ f, level, count, p50 }) => [f, level, count, p50])).toEqual([
    ["read", "local", 1, 1_000_000],
    ["read", "strong", 1, 4_000_000],
    ["write", undefined, 1, 10_000_000],
  ]);
});

test("a store tells of itself in lines of its log, whatever else is there", () => {
  const log = [
    '12.3 s {"event":"conflict","key":"x"}',
    '{"event":"repair","complete":false}',
    '{"event":"repair"}',
    '{"event":"started"}',
    'began with {"event":',
    "",
  ].join("\n");
  expect(storeEventsOf([log])).toEqual([
    { event: "conflict", key: "x" },
    { event: "repair", complete: false },
  ]);
});
