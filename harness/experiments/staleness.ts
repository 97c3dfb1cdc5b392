import { UNLIMITED } from "#core/budget";
import { type History, NONE } from "#core/history";
import { MILLISECOND, SECOND } from "#core/units";
import { quantilesOf } from "../../checkers/quantiles.ts";
import { measureReads } from "../../checkers/staleness/stale-reads.ts";
import type { Case, Experiment, Point, Row } from "./experiment.ts";
import { untilTheEnd } from "./faults.ts";

const TIME = 20 * SECOND;
const NODES = 3;

/** One writer counts, distant readers read: how far behind is each replica, and how long is the tail? */
export const staleness: Experiment = {
  name: "staleness",
  summary:
    "one writer counts quickly, readers look everywhere: how far behind each replica is, with and without faults",
  explanation:
    "A read is as far behind as the first newer count had been known when it began: what is proved, so the truth is at least that. During a fault reads of the side without the writer fall behind until it ends: the long tail.",
  columns: [
    { name: "subject", title: "store" },
    { name: "fault", title: "fault" },
    { name: "node", title: "replica" },
    { name: "reads", title: "reads" },
    { name: "stale", title: "stale (%)" },
    { name: "p50", title: "p50 behind (ms)" },
    { name: "p99", title: "p99 (ms)" },
    { name: "max", title: "max (ms)" },
  ],
  cases: (subjects, time = TIME) =>
    subjects.flatMap((subject) =>
      ["none", "one node cut off"].map(
        (fault): Case => ({
          subject,
          label: { fault },
          workload: "view-counter",
          workloadOptions: { counters: 1, countEvery: 2 },
          nodes: NODES,
          clients: 7,
          rate: 1_000,
          time,
          schedule: fault === "none" ? [] : untilTheEnd("partition-one", [`n${NODES}`], time / 2, time),
        }),
      ),
    ),
  measure: ({ subject, label }, { history }) => {
    const byNode = lagsByNode(history);
    const rows = [...byNode].map(([node, lags]) => rowOf({ subject: subject.name, ...label, node }, lags));
    const points = [...byNode].flatMap(([node, lags]) =>
      tailOf(lags, { subject: subject.name, ...label, node }),
    );
    return { row: { subject: subject.name, ...label, rows: JSON.stringify(rows) }, points };
  },
  merge: (rows) => rows.flatMap((row) => JSON.parse(String(row["rows"])) as Row[]),
  plot: {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    data: { name: "points" },
    facet: { row: { field: "subject", title: null }, column: { field: "fault", title: null } },
    spec: {
      width: 300,
      height: 140,
      mark: { type: "line", interpolate: "step-after" },
      encoding: {
        x: {
          field: "behind",
          type: "quantitative",
          scale: { type: "symlog" },
          axis: { values: [0, 1, 10, 100, 1_000, 10_000] },
          title: "behind (ms)",
        },
        y: {
          field: "share",
          type: "quantitative",
          scale: { type: "log", domainMin: 0.0001, domainMax: 1 },
          title: "share of reads further behind",
        },
        color: { field: "node", title: "replica" },
      },
    },
  },
};

/** Milliseconds behind of every read, fresh ones included, by the node that answered. */
function lagsByNode(history: History): Map<string, number[]> {
  const byNode = new Map<string, number[]>();
  measureReads(history, UNLIMITED, (row, lag) => {
    const node = history.node[row]!;
    if (node === NONE) return;
    const name = history.nodeNames[node]!;
    const lags = byNode.get(name) ?? [];
    lags.push((lag?.versions ?? 0) > 0 ? lag!.behind / MILLISECOND : 0);
    byNode.set(name, lags);
  });
  return new Map([...byNode].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function rowOf(label: Row, lags: readonly number[]): Row {
  const stale = lags.filter((lag) => lag > 0);
  const { p50, p99, max } = quantilesOf(stale);
  return { ...label, reads: lags.length, stale: (100 * stale.length) / lags.length, p50, p99, max };
}

/** How many points a line has at most: enough to see the tail, few enough for a file. */
const POINTS = 200;

/** Share of the reads that are further behind than each of some durations. */
function tailOf(lags: readonly number[], label: Row): Point[] {
  const sorted = lags.toSorted((a, b) => a - b);
  const step = Math.max(1, Math.floor(sorted.length / POINTS));
  return sorted.flatMap((behind, i) => {
    const isKept = i % step === 0 || i > sorted.length - POINTS / 2;
    const share = (sorted.length - i) / sorted.length;
    return isKept ? [{ ...label, behind, share }] : [];
  });
}
