import type { AnomalyEdge } from "#core/verdict";
import type { History } from "#core/history";
import type { RunRecord, SetStats, StalenessStats, VerdictDocument } from "#core/run";
import { MILLISECOND, SECOND } from "#core/units";
import { testRun, testVerdict } from "./documents.ts";
import { type TestOperation, testHistory } from "./history.ts";

const NODES = ["n1", "n2", "n3"] as const;
const CLIENTS = 6;
const LENGTH = 60 * SECOND;
const FAULTS = [
  { id: 1, fault: "partition-leader", node: "n1", from: 12 * SECOND, to: 22 * SECOND },
  { id: 2, fault: "pause", node: "n3", from: 34 * SECOND, to: 40 * SECOND },
] as const;
/** Adds acknowledged by the deposed leader in this stretch are gone. */
const LOST = { from: 12 * SECOND, to: 14 * SECOND };

/** Deterministic and evenly spread, between 0 and 1: a fixture needs no more of chance. */
const scatter = (i: number): number => {
  const x = Math.sin(i * 12.9898) * 43758.5453;
  return x - Math.floor(x);
};

/**
 * A run as Redis with Sentinel gives it: during a partition the old leader acknowledges adds that are gone after the
 * failover. `operations` in all, spread evenly over a minute.
 */
export function lossyRun(operations: number): { run: RunRecord; verdict: VerdictDocument; history: History } {
  const rows = Array.from({ length: operations }, (_, i) => operationAt(i, operations)).concat(finalReads());
  const history = testHistory(rows, { faults: faultEvents(), concurrency: CLIENTS });
  const lost = rows.filter(
    (row) =>
      row.f === "add" &&
      row.node === "n1" &&
      row.status !== "fail" &&
      row.start >= LOST.from &&
      row.start < LOST.to,
  );
  return { run: testRun({ clients: CLIENTS }), verdict: verdictOf(rows, lost, history), history };
}

function operationAt(i: number, of: number): TestOperation {
  const client = i % CLIENTS;
  const start = Math.round((i / of) * LENGTH + scatter(i) * MILLISECOND);
  const fault = FAULTS.find((each) => start >= each.from && start < each.to);
  const node = fault === undefined || i % 3 === 0 ? (NODES[i % 3] ?? "n1") : "n1";
  const slow = fault !== undefined && scatter(i + 7) > 0.9;
  const room = (LENGTH / of) * CLIENTS * 0.9;
  const end = start + Math.min(room, (0.4 + scatter(i + 3) * 2 + (slow ? 40 : 0)) * MILLISECOND);
  const base = { process: client, key: "s", node, start, end: Math.round(end) };
  if (fault !== undefined && scatter(i + 11) > 0.93) {
    return {
      ...base,
      f: "add",
      value: i,
      status: i % 2 === 0 ? "fail" : "info",
      error: i % 2 === 0 ? "not-leader" : "timeout",
    };
  }
  return i % 4 === 3 ? { ...base, f: "read", value: [i], list: true } : { ...base, f: "add", value: i };
}

const finalReads = (): TestOperation[] =>
  NODES.map((node, i) => ({
    process: 1_000 + i,
    f: "read",
    key: "s",
    value: [1, 2, 3],
    list: true,
    node,
    start: 65 * SECOND + i * MILLISECOND,
    end: 65 * SECOND + (i + 3) * MILLISECOND,
    final: true,
  }));

const faultEvents = () =>
  FAULTS.flatMap(({ id, fault, node, from, to }) => [
    { id, fault, phase: "start" as const, nodes: [node], time: from },
    { id, fault, phase: "started" as const, nodes: [node], time: from + MILLISECOND, effect: { links: 4 } },
    {
      id,
      fault,
      phase: "healed" as const,
      nodes: [node],
      time: to,
      effect: { dropped: 812, hadEffect: true },
    },
  ]);

const causeOf = (count: number): NonNullable<VerdictDocument["causes"]>[number] => ({
  class: "flaw",
  type: "lost-element",
  nodes: ["n1"],
  faults: [{ fault: "partition-leader", nodes: ["n1"], when: "during", ids: [1] }],
  count,
  first: LOST.from,
  last: LOST.to,
  anomalies: Array.from({ length: count }, (_, place) => place),
  sentence: `${count} lost elements on n1 while it was cut off (partition-leader), all gone from every node`,
});

function verdictOf(
  rows: readonly TestOperation[],
  lost: readonly TestOperation[],
  history: History,
): VerdictDocument {
  const indexOf = (row: TestOperation): number =>
    history.invRank[Array.from(history.invTime).indexOf(row.start)] ?? 0;
  const finals = rows.filter((row) => row.final === true).map(indexOf);
  return testVerdict({
    valid: false,
    summary: `${lost.length} acknowledged adds are lost: n1 acknowledged them while it was cut off from the others.`,
    models: { "no-lost-writes": { verdict: "violated" }, convergence: { verdict: "satisfied" } },
    results: [
      { model: "no-lost-writes", verdict: "violated" },
      { model: "convergence", verdict: "satisfied" },
      { model: "linearizable", verdict: "unknown", reason: "budget used up: 10 s" },
    ],
    expectations: [
      { model: "no-lost-writes", is: "holds", outcome: "broken", reason: "asked for with --expect" },
      { model: "convergence", is: "holds", outcome: "met" },
    ],
    strongest: ["convergence"],
    weakestViolated: ["no-lost-writes"],
    anomalies: lost.slice(0, 20).map((row) => ({
      type: "lost-element",
      model: "no-lost-writes",
      key: "s",
      witness: [indexOf(row), ...finals],
      explanation: `add of ${String(row.value)} was acknowledged by n1 at ${(row.start / SECOND).toFixed(1)} s, and no final read returned it`,
      edges: edgesOf(indexOf(row), finals),
      triage: {
        class: "flaw",
        reason: "data is lost: no node has it in the end",
        fate: "lost",
        bound: 5 * SECOND,
        breaks: ["no-lost-writes"],
        nodes: ["n1"],
        at: row.start,
        faults: [{ id: 1, fault: "partition-leader", nodes: ["n1"], when: "during" }],
      },
    })),
    causes: lost.length === 0 ? [] : [causeOf(Math.min(20, lost.length))],
    counts: { "lost-element": lost.length },
    stats: { set: setStats(rows, lost), staleness: STALENESS, convergence: CONVERGENCE },
    warnings: ["1 add was answered after its time limit and counts as indefinite"],
  });
}

/** The add came first, and yet each final read is as if it came before the add. */
const edgesOf = (add: number, finals: readonly number[]): AnomalyEdge[] => [
  ...finals
    .slice(0, 1)
    .map((to) => ({ from: add, to, kind: "real-time" as const, reason: "had ended before the other began" })),
  ...finals.map((from) => ({
    from,
    to: add,
    kind: "missing" as const,
    reason: "what it read lacks the element",
  })),
];

function setStats(rows: readonly TestOperation[], lost: readonly TestOperation[]): SetStats {
  const adds = rows.filter((row) => row.f === "add");
  return {
    attempts: adds.length,
    acknowledged: adds.filter((row) => row.status === undefined).length,
    lost: lost.length,
    vanished: 0,
    diverged: 0,
    stale: 31,
    neverRead: 2,
    recovered: 5,
    unexpected: 0,
    staleLatency: { p50: 4e6, p95: 90e6, p99: 310e6, max: 700e6 },
    lostElements: lost.slice(0, 1_000).map((row) => ({
      key: "s",
      element: row.value ?? null,
      acknowledgedAt: row.end ?? row.start,
      onlyRead: false,
      node: row.node ?? null,
      process: row.process ?? 0,
    })),
  };
}

const node = (reads: number, stale: number, maxBehind: number): StalenessStats["byNode"][string] => ({
  reads,
  stale,
  maxBehind,
  behind: { p50: 2e6, p95: 3e6, p99: maxBehind, max: maxBehind },
  versionsBehind: { p50: 1, p95: 2, p99: 9, max: 30 },
});

const STALENESS: StalenessStats = {
  reads: 4_000,
  stale: 412,
  behind: { p50: 2.1e6, p95: 60e6, p99: 400e6, max: 8.2e9 },
  versionsBehind: { p50: 1, p95: 9, p99: 60, max: 711 },
  byNode: {
    n1: node(1_600, 12, 4e6),
    n2: node(1_300, 160, 90e6),
    n3: node(1_100, 240, 8.2e9),
  },
  histogram: [2, 14, 40, 66, 90, 74, 52, 30, 20, 9, 6, 4, 2, 1, 1, 1].map((count, i) => ({
    upTo: 262_144 * 2 ** i,
    count,
  })),
  visibility: [300, 200, 60, 12].map((stale, i) => ({ upTo: 524_288 * 2 ** i, reads: 1_000, stale })),
};

const CONVERGENCE = {
  from: 61 * SECOND,
  keys: 1,
  divergedKeys: 0,
  nodes: {
    n1: { lower: 410e6, upper: 690e6, disagreeingReads: 21 },
    n2: { lower: 0, upper: 12e6, disagreeingReads: 0 },
    n3: { lower: 2e6, upper: 120e6, disagreeingReads: 3 },
  },
};
