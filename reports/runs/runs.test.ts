import type { FoundDocument, RunDocuments } from "#core/run-documents";
import { describe, expect, test } from "vitest";
import { cutOff, testRun, testVerdict } from "../testing/documents.ts";
import { compareRuns } from "./compare.ts";
import { renderComparison } from "./compare-text.ts";
import { differingOptions } from "./differences.ts";
import { markRuns } from "./marks.ts";
import { renderRuns } from "./render.ts";
import { type RunRow, runRow } from "./row.ts";
import { trendOf } from "./trend.ts";

const HOSTILE = "</script><img src=x onerror=alert(1)>";
const ASSETS = { script: "start()", style: "body{}", plots: "" };
const gone = (name: string): FoundDocument => ({ problem: `${name} is missing` });

const metricsOf = (value: number | null, breached = false): unknown => ({
  format: 1,
  latencies: [],
  metrics: [
    {
      ...{ name: "replication_lag_seconds", value, unit: "s", threshold: 5, alarm: "above", breached },
      basis: "reads",
    },
  ],
});

interface Fields {
  readonly run?: Parameters<typeof testRun>[0];
  readonly verdict?: Parameters<typeof testVerdict>[0];
  readonly metrics?: unknown;
}

/** The run of day `day`, complete unless told otherwise. */
const found = (day: number, { run, verdict, metrics = metricsOf(1) }: Fields = {}): RunDocuments => ({
  path: `run-${day}`,
  record: { value: testRun({ startedAt: `2026-11-${String(day).padStart(2, "0")}T01:00:00.000Z`, ...run }) },
  verdict: { value: testVerdict(verdict) },
  metrics: { value: metrics },
  hasReport: true,
});

const marksOf = (...all: RunDocuments[]): Record<string, string[]> =>
  Object.fromEntries(
    markRuns(all.map(runRow)).map(({ row, marks }) => [
      row.path,
      marks.map(({ kind, text }) => `${kind}: ${text}`),
    ]),
  );

describe("a row", () => {
  test("shows a complete run and lacks nothing", () => {
    expect(runRow(found(1, { verdict: { valid: false, counts: { "stale-read": 3, diverged: 0 } } }))).toMatchObject({
      target: "redis",
      outcome: "broken",
      how: "complete",
      anomalies: { "stale-read": 3 },
      configuration: { nodes: "3", clients: "4", time: "60.0 s", "target.topology": "sentinel" },
      duration: 66e9,
      missing: [],
    });
  });

  test.each<[string, Partial<RunDocuments>, Partial<RunRow>, RegExp]>([
    ["no run.json", { record: gone("run.json") }, { target: null, how: null, outcome: "holds" }, /run.json is missing/],
    ["no verdict", { verdict: gone("verdict.json") }, { outcome: null, target: "redis" }, /verdict.json is missing/],
    ["a run cut off", { record: { value: cutOff(testRun()) } }, { how: "unfinished" }, /did not end/],
    ["a newer format", { record: { value: { format: 9 } } }, { target: null }, /run.json: format 9 needs a newer riftcheck/],
    ["no object", { metrics: { value: [1] } }, { metrics: [] }, /metrics.json is no JSON object/],
    [
      "an older run",
      { record: { value: { format: 1, target: "redis", startedAt: "2026-11-01T00:00:00Z" } } },
      { target: "redis", seed: null },
      /run.json has no field "seed"/,
    ],
    ["a wrong field", { verdict: { value: { format: 1, valid: "maybe", counts: {} } } }, { outcome: null }, /verdict.json, field "valid"/],
    ["a wrong count", { verdict: { value: { format: 1, valid: true, counts: { a: -1 } } } }, { anomalies: {} }, /field "counts.a"/],
  ])("%s: shows the rest and says so", (_name, part, row, missing) => {
    const shown = runRow({ ...found(1), ...part });
    expect(shown).toMatchObject(row);
    expect(shown.missing.join("\n")).toMatch(missing);
  });
});

describe("marks", () => {
  const broken = { verdict: { valid: false, counts: { "lost-write": 1 } } };
  const held = { verdict: { valid: true, counts: {} } };

  test("a verdict that is worse or better than that of the run before, and a new anomaly", () => {
    expect(marksOf(found(3, held), found(1, held), found(2, broken))).toEqual({
      "run-3": ["better: the run before was broken"],
      "run-2": ["regressed: the run before held", "new: lost-write: in no earlier run"],
      "run-1": [],
    });
  });

  test("an anomaly that comes back is not new", () => {
    expect(marksOf(found(1, broken), found(2, held), found(3, broken))["run-3"]).toContain(
      "again: lost-write: not in the run before, but in an earlier one",
    );
  });

  test("a metric that raises an alarm now", () => {
    expect(marksOf(found(1), found(2, { metrics: metricsOf(9, true) }))["run-2"]).toEqual([
      "regressed: replication_lag_seconds raised no alarm in the run before",
    ]);
  });

  test.each<[string, Fields]>([
    ["another option", { run: { targetOptions: { topology: "replication" } } }],
    ["other faults", { run: { faults: ["kill"] } }],
    ["another workload", { run: { workload: "session" } }],
    ["more clients", { run: { clients: 5 } }],
  ])("runs with %s are not compared", (_name, other) => {
    expect(marksOf(found(1, held), found(2, { ...broken, ...other }))["run-2"]).toEqual([]);
  });

  test("the seed does not matter, nor the order in which faults were named", () => {
    const [one, other] = [["kill", "pause"], ["pause", "kill"]];
    expect(
      marksOf(found(1, { ...held, run: { seed: "1", faults: one ?? [] } }), found(2, { ...broken, run: { seed: "2", faults: other ?? [] } }))["run-2"],
    ).toHaveLength(2);
  });

  test("a run that did not come to its end is compared with none, and none with it", () => {
    const cut = { ...found(2), record: { value: cutOff(testRun({ startedAt: "2026-11-02T01:00:00.000Z" })) } };
    expect(marksOf(found(1, broken), cut, found(3, broken))).toEqual({ "run-3": [], "run-2": [], "run-1": [] });
  });
});

test("only options that differ among the runs of a target are told", () => {
  const rows = [found(1), found(2, { run: { clients: 9 } }), found(3, { run: { target: "other", clients: 1 } })].map(runRow);
  expect([...differingOptions(rows).values()]).toEqual([["clients 4"], ["clients 9"], []]);
});

describe("two runs side by side", () => {
  const a = runRow(found(1, { verdict: { expectations: [{ model: "pram", is: "holds", outcome: "met" }] } }));
  const b = runRow(
    found(2, {
      run: { seed: "8", workloadOptions: { keys: 3 } },
      verdict: { valid: false, counts: { diverged: 2 }, expectations: [{ model: "pram", is: "holds", outcome: "broken" }] },
      metrics: metricsOf(9, true),
    }),
  );
  const differing = (one: RunRow, other: RunRow): string[] =>
    compareRuns(one, other)
      .filter(({ differs }) => differs)
      .map(({ name, a: left, b: right, change }) => `${name}: ${left} | ${right} | ${change}`);

  test("says what differs and what is worse", () => {
    expect(differing(a, b)).toEqual([
      "started: 2026-11-01 01:00 | 2026-11-02 01:00 | null",
      "verdict: ✓ Held | ✗ Broken | worse",
      "seed: 7 | 8 | null",
      "workload.keys: – | 3 | null",
      "pram must hold: met | broken | worse",
      "diverged: 0 | 2 | worse",
      "replication_lag_seconds: 1 s | 9 s (alarm: above 5) | worse",
    ]);
    expect(differing(b, a)).toContain("diverged: 2 | 0 | better");
    expect(differing(a, a)).toEqual([]);
  });

  test("fits a terminal", () => {
    const text = renderComparison(a, { ...b, summary: "x".repeat(300) });
    expect(text).toContain("replication_lag_seconds");
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThan(150);
  });
});

describe("the trend", () => {
  const rows = [1, 1, 2, 4].map((day, i) =>
    runRow({ ...found(day, { verdict: { valid: i !== 3, counts: { diverged: i } } }), path: `${i}` }),
  );

  test("is by day, of all runs of the day", () => {
    const trend = trendOf(rows, "replication_lag_seconds");
    expect(trend.unit).toBe("day");
    expect(trend.bars.map(({ at }) => at)).toEqual(["2026-11-01", "2026-11-02", "2026-11-04"]);
    expect(trend.verdicts).toMatchObject([
      { at: "2026-11-01", outcome: "holds", low: 0, high: 2 },
      { at: "2026-11-02", outcome: "holds", high: 1 },
      { at: "2026-11-04", outcome: "broken", high: 1 },
    ]);
    expect(trend.anomalies).toMatchObject([{ high: 1 }, { high: 2 }, { high: 3 }]);
    expect(trend.metric).toHaveLength(4);
    expect(trend.threshold).toEqual([{ threshold: 5 }]);
  });

  test("is by run while there are few days", () => {
    expect(trendOf(rows.slice(0, 3), undefined)).toMatchObject({ unit: "run", bars: [{}, {}, {}], metric: [] });
  });

  test("adds up rare types, and none is counted twice", () => {
    const counts = { a: 9, b: 8, c: 7, d: 6, e: 5, f: 4 };
    const trend = trendOf([runRow(found(1, { verdict: { counts } }))], undefined);
    expect(trend.types).toEqual(["a", "b", "c", "d", "other types"]);
    expect(trend.anomalies.at(-1)).toMatchObject({ low: 30, high: 39, count: "9" });
  });
});

test("the page of all runs holds no markup of anybody else", () => {
  const hostile = found(1, {
    run: { target: HOSTILE, workload: HOSTILE, seed: HOSTILE, faults: [HOSTILE], targetOptions: { [HOSTILE]: HOSTILE } },
    verdict: { summary: HOSTILE, counts: { [HOSTILE]: 1 }, models: { [HOSTILE]: { verdict: HOSTILE } } },
  });
  const page = renderRuns([{ ...hostile, path: `${HOSTILE}"/\u202e` }, found(2)], HOSTILE, ASSETS);
  expect(page).not.toContain("<img");
  expect(page.match(/<\/script>/g)).toHaveLength(3);
  expect(page).not.toMatch(/[\u202e\u0000-\u0009]/);
  expect(page).not.toMatch(/(?:src|href)="(?:[a-z]+:)?\/\//);
});

test("no runs: the page opens and says so", () => {
  expect(renderRuns([], "runs", ASSETS)).toContain("There is no run folder here");
});
