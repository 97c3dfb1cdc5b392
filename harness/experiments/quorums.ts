import { stalenessStatsSchema } from "#core/run";
import { SECOND } from "#core/units";
import type { Case, CaseResult, Cell, Experiment, Row } from "./experiment.ts";
import { untilTheEnd } from "./faults.ts";
import { latency, rowsOf, successRate } from "./shares.ts";

const TIME = 10 * SECOND;
const NODES = 5;
const MOST_CRASHED = 4;
/** A few keys written all the time: reads meet writes that are still on their way, if any do. */
const HOT_KEYS = {
  workload: "view-counter",
  workloadOptions: { counters: 3, countEvery: 5 },
  rate: 1_000,
} as const;
/** Every client writes and reads, so that each node is asked for both. */
const ALL_KEYS = { workload: "session", workloadOptions: { keysPerClient: 1 }, rate: 300 } as const;

/** The table of quorums of five replicas, measured. */
export const quorums: Experiment = {
  name: "quorums",
  summary:
    "five replicas, W confirm a write and R answer a read: latencies, stale reads, availability with 1 to 4 of them crashed",
  explanation:
    "R + W > 5 overlaps, so that a read meets the newest acknowledged write; what that costs in latency, and how many crashes reads and writes survive, stands beside it. Latencies and stale reads are those of a run without faults, in which a few keys are written every 5 ms; stale is what is proved stale. Availability is the share of reads and of updates that succeed while that many replicas are down: sessions of a dead node fail over only if the client does.",
  columns: [
    { name: "subject", title: "store" },
    { name: "w", title: "W" },
    { name: "r", title: "R" },
    { name: "overlap", title: "R + W > N" },
    { name: "readP50", title: "read p50 (ms)" },
    { name: "readP99", title: "read p99 (ms)" },
    { name: "writeP50", title: "write p50 (ms)" },
    { name: "writeP99", title: "write p99 (ms)" },
    { name: "stale", title: "stale reads (%)" },
    ...Array.from({ length: MOST_CRASHED }, (_, i) => [
      { name: `reads${i + 1}`, title: `reads, ${i + 1} down (%)` },
      { name: `updates${i + 1}`, title: `updates, ${i + 1} down (%)` },
    ]).flat(),
  ],
  cases: (subjects, time = TIME) =>
    subjects.flatMap((subject) =>
      Array.from(
        { length: MOST_CRASHED + 1 },
        (_, crashed): Case => ({
          subject,
          label: { crashed },
          ...(crashed === 0 ? HOT_KEYS : ALL_KEYS),
          nodes: NODES,
          clients: 10,
          time,
          schedule: crashed === 0 ? [] : untilTheEnd("kill-one", lastNodes(crashed), time / 4, time),
        }),
      ),
    ),
  measure: ({ subject, label }, result) => {
    const { w, r } = subject.quorums!;
    const crashed = Number(label["crashed"]);
    const of: Row = { subject: subject.name, w, r, overlap: r + w > NODES ? "yes" : "no" };
    const row = { ...of, ...(crashed === 0 ? healthy(result) : available(result, crashed)) };
    const points = crashed === 0 ? [] : pointsOf(of, available(result, crashed), crashed);
    return { row, points };
  },
  // The cases of one subject are one row.
  merge: (rows) =>
    [...Map.groupBy(rows, ({ subject }) => subject).values()].map(
      (cases): Row => Object.assign({}, ...cases) as Row,
    ),
  plot: {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    data: { name: "points" },
    columns: 4,
    facet: { field: "subject", type: "nominal", sort: null, title: null },
    spec: {
      width: 160,
      height: 110,
      mark: { type: "line", point: true },
      encoding: {
        x: { field: "crashed", type: "ordinal", title: "replicas down" },
        y: { field: "available", type: "quantitative", title: "succeed (%)", scale: { domain: [0, 100] } },
        color: { field: "kind", title: null },
      },
    },
  },
};

/** Never n1: some node is always there to be asked. */
const lastNodes = (count: number): string[] => Array.from({ length: count }, (_, i) => `n${NODES - i}`);

function healthy({ history, verdict }: CaseResult): Row {
  const reads = latency(history, rowsOf(history, "reads"));
  const writes = latency(history, rowsOf(history, "updates"));
  return {
    readP50: reads.p50,
    readP99: reads.p99,
    writeP50: writes.p50,
    writeP99: writes.p99,
    stale: staleShare(verdict.stats["staleness"]),
  };
}

function staleShare(stats: CaseResult["verdict"]["stats"][string] | undefined): Cell {
  if (stats === undefined) return null;
  const { reads, stale } = stalenessStatsSchema.parse(stats);
  return reads === 0 ? null : (100 * stale) / reads;
}

const available = ({ history }: CaseResult, crashed: number): Row => ({
  [`reads${crashed}`]: successRate(history, rowsOf(history, "reads", true)),
  [`updates${crashed}`]: successRate(history, rowsOf(history, "updates", true)),
});

const pointsOf = ({ subject = null }: Row, row: Row, crashed: number) =>
  (["reads", "updates"] as const).map((kind) => ({
    subject,
    crashed,
    kind,
    available: row[`${kind}${crashed}`] ?? null,
  }));
