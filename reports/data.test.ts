import { MILLISECOND, SECOND } from "#core/units";
import { describe, expect, test } from "vitest";
import { reportData } from "./data.ts";
import { reportDataSchema } from "./schema.ts";
import { cutOff, testRun, testVerdict } from "./testing/documents.ts";
import { type TestOperation, testHistory } from "./testing/history.ts";
import { lossyRun } from "./testing/lossy-run.ts";

const operation = (start: number, took: number, rest: Partial<TestOperation> = {}): TestOperation => ({
  f: "write",
  key: "x",
  value: start,
  start,
  end: start + took,
  ...rest,
});

const fault = (time: number, phase: "start" | "started" | "healing" | "healed", rest: object = {}) => ({
  id: 1,
  fault: "partition",
  phase,
  nodes: ["n1"],
  time,
  ...rest,
});

describe("report data", () => {
  test("keeps to its schema", () => {
    const data = reportData(lossyRun(500));
    expect(reportDataSchema.parse(data)).toEqual(data);
  });

  test("counts operations by outcome, kind, node and error", () => {
    const history = testHistory([
      operation(1, 5, { node: "n1" }),
      operation(2, 5, { node: "n2", status: "fail", error: "not-leader" }),
      operation(3, 5, { node: "n2", status: "info", error: "timeout" }),
      operation(4, 5, { f: "read", node: "n1", final: true }),
      { f: "write", start: 5, end: null },
    ]);
    const { operations } = reportData({ verdict: testVerdict(), history });
    expect(operations).toMatchObject({ total: 5, ok: 2, fail: 1, info: 2, final: 1 });
    expect(operations.byFunction).toContainEqual({ f: "write", ok: 1, fail: 1, info: 2 });
    expect(operations.byNode).toContainEqual({ node: "n2", ok: 0, fail: 1, info: 1 });
    expect(operations.errors).toEqual([
      { code: "not-leader", count: 1 },
      { code: "timeout", count: 1 },
    ]);
  });

  test("takes latencies from successful operations only", () => {
    const rows = Array.from({ length: 100 }, (_, i) => operation(i * SECOND, (i + 1) * MILLISECOND));
    const history = testHistory([...rows, operation(100 * SECOND, 9 * SECOND, { status: "info" })]);
    const { latency } = reportData({ verdict: testVerdict(), history }).operations;
    expect(latency).toEqual({ p50: 50e6, p95: 95e6, p99: 99e6, max: 100e6 });
  });
});

describe("series", () => {
  test("puts every operation into the bucket in which it ended", () => {
    const history = testHistory([
      operation(0, 2 * SECOND),
      operation(SECOND, 9 * SECOND, { status: "fail" }),
      operation(3 * SECOND, 7 * SECOND, { status: "info" }),
      { f: "write", start: 4 * SECOND, end: null },
    ]);
    const { series, to } = reportData({ verdict: testVerdict(), history });
    expect(to).toBe(10 * SECOND);
    const bucketAt = (at: number): number => Math.floor(at / (series?.bucket ?? 1));
    expect(series?.ok[bucketAt(2 * SECOND)]).toBe(1);
    expect(series?.p99[bucketAt(2 * SECOND)]).toBe(2 * SECOND);
    expect(series?.p99.filter((p99) => p99 !== null)).toHaveLength(1);
    expect(series?.info[bucketAt(4 * SECOND)]).toBe(1);
    expect(series?.fail.at(-1)).toBe(1);
    expect(series?.info.at(-1)).toBe(1);
  });

  test("a failure's latency does not count, even among successes of its bucket", () => {
    const history = testHistory([
      operation(0, 100 * SECOND),
      operation(1, 100 * SECOND, { status: "fail" }),
      operation(99 * SECOND, SECOND),
    ]);
    const { series } = reportData({ verdict: testVerdict(), history });
    expect([series?.ok.at(-1), series?.fail.at(-1)]).toEqual([2, 1]);
    expect([series?.p50.at(-1), series?.p99.at(-1)]).toEqual([SECOND, 100 * SECOND]);
  });

  test("never sends raw points: the buckets stay as many however long the run is", () => {
    const { series } = reportData(lossyRun(20_000));
    expect(series?.ok.length).toBeLessThanOrEqual(201);
    expect(series?.ok.length).toBeGreaterThan(150);
  });
});

describe("faults", () => {
  const rows = [operation(0, 1), operation(5 * SECOND, SECOND), operation(20 * SECOND, 1)];

  test("become bands from start to healed, with what they did", () => {
    const faults = [
      fault(2 * SECOND, "start"),
      fault(3 * SECOND, "started", { effect: { links: 4 } }),
      fault(8 * SECOND, "healing"),
      fault(9 * SECOND, "healed", { effect: { dropped: 12, hadEffect: false } }),
    ];
    const [band] = reportData({ verdict: testVerdict(), history: testHistory(rows, { faults }) }).faults;
    expect(band).toMatchObject({ from: 2 * SECOND, to: 9 * SECOND, confirmed: true, nodes: ["n1"] });
    expect(band?.effect).toBe("links 4 · dropped 12 · no effect seen");
    expect(band?.during).toEqual({ ok: 1, fail: 0, info: 0 });
  });

  test("stay open where their end was not recorded", () => {
    const faults = [fault(2 * SECOND, "start", { error: "iptables: no such rule" })];
    const [band] = reportData({ verdict: testVerdict(), history: testHistory(rows, { faults }) }).faults;
    expect(band).toMatchObject({ to: null, confirmed: false, error: "iptables: no such rule" });
  });
});

describe("anomalies", () => {
  test("carry their operations, their span and the faults in force", () => {
    const rows = [
      operation(SECOND, SECOND, { process: 3, node: "n1" }),
      operation(5 * SECOND, SECOND, { process: 4, f: "read", value: 7, node: "n2" }),
    ];
    const faults = [fault(4 * SECOND, "started"), fault(9 * SECOND, "healed")];
    const history = testHistory(rows, { faults });
    const verdict = testVerdict({
      anomalies: [
        { type: "stale-read", model: "linearizable", key: "x", witness: [2, 0, 999], explanation: "old" },
      ],
      counts: { "stale-read": 70, "lost-write": 2 },
    });
    const { anomalies, timeline } = reportData({ verdict, history });
    expect(anomalies.map(({ type, count }) => [type, count])).toEqual([
      ["stale-read", 70],
      ["lost-write", 2],
    ]);
    const anomaly = anomalies[0]?.anomalies[0];
    expect(anomaly).toMatchObject({
      id: "stale-read-1",
      from: SECOND,
      to: 6 * SECOND,
      faults: [1],
      operationsLeftOut: 1,
    });
    expect(anomaly?.operations.map(({ index, process }) => [index, process])).toEqual([
      [0, 3],
      [2, 4],
    ]);
    expect(timeline?.witnesses).toEqual([0, 1]);
  });

  test("of loss are ascribed to the faults at the acknowledgement, not at the final read", () => {
    const rows = [operation(SECOND, 1), operation(8 * SECOND, 1, { f: "read", final: true })];
    const faults = [fault(7 * SECOND, "started"), fault(9 * SECOND, "healed")];
    const history = testHistory(rows, { faults });
    const anomaly = (type: "lost-write" | "stale-read") =>
      reportData({
        history,
        verdict: testVerdict({
          anomalies: [{ type, model: "no-lost-writes", witness: [0, 2], explanation: "gone" }],
        }),
      }).anomalies[0]?.anomalies[0];
    expect(anomaly("lost-write")?.faults).toEqual([]);
    expect(anomaly("stale-read")?.faults).toEqual([1]);
  });
});

describe("promises", () => {
  test("put what broke first and what nobody promised last", () => {
    const verdict = testVerdict({
      results: [
        { model: "convergence", verdict: "satisfied" },
        { model: "monotonic-reads", verdict: "violated", reason: "p1 went back" },
        { model: "pram", verdict: "violated" },
        { model: "causal", verdict: "not-applicable" },
      ],
      expectations: [
        { model: "convergence", is: "holds", outcome: "met" },
        { model: "linearizable", is: "breaks", outcome: "undecided" },
        { model: "monotonic-reads", is: "holds", outcome: "broken" },
      ],
    });
    const { promises } = reportData({ verdict, history: testHistory([]) });
    expect(
      promises.map(({ model, outcome, verdict: found, reason }) => [model, outcome, found, reason]),
    ).toEqual([
      ["monotonic-reads", "broken", "violated", "p1 went back"],
      ["linearizable", "undecided", "unknown", "no checker looked at it"],
      ["convergence", "met", "satisfied", null],
      ["pram", null, "violated", null],
    ]);
  });
});

describe("what is missing is said", () => {
  const history = testHistory([operation(SECOND, SECOND)]);
  const missing = (input: Parameters<typeof reportData>[0]): string => reportData(input).missing.join("\n");

  test.each([
    ["no run record", { verdict: testVerdict(), history }, /no run record/],
    ["a run that was cut off", { run: cutOff(testRun()), verdict: testVerdict(), history }, /cut off/],
    ["no operation", { run: testRun(), verdict: testVerdict(), history: testHistory([]) }, /no operation/],
    [
      "faults that are not in the history",
      { run: testRun(), verdict: testVerdict(), history },
      /records none/,
    ],
    ["no fault", { run: testRun({ faults: [] }), verdict: testVerdict(), history }, /No fault was injected/],
    [
      "no times",
      { verdict: testVerdict(), history: testHistory([operation(0, 0), operation(0, 0)]) },
      /no times/,
    ],
    [
      "a measurement of another version",
      { verdict: testVerdict({ stats: { staleness: { reads: "many" } } }), history },
      /"staleness".*cannot read/,
    ],
  ])("%s", (_, input, sentence) => {
    expect(missing(input)).toMatch(sentence);
  });
});
