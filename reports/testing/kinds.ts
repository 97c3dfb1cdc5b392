import type { VerdictDocument } from "#core/run";
import type { Anomaly } from "#core/verdict";
import { MILLISECOND, SECOND } from "#core/units";
import type { ReportInput } from "../data.ts";
import { cutOff, testRun, testVerdict } from "./documents.ts";
import { type TestOperation, testHistory } from "./history.ts";
import { lossyRun } from "./lossy-run.ts";

/** One of each kind of run that a report must be fit for. */
export const reportKinds: Readonly<Record<string, () => ReportInput>> = {
  "lost writes": () => ({ ...lossyRun(2_000), logs: { "n1/store.log": "1.000000 leads\nwithout a time\n" } }),
  "nothing found": valid,
  "fifty anomalies": fiftyAnomalies,
  "nothing found and undecided": undecided,
  "clocks that were off": clocks,
  "no operation": () => ({ verdict: testVerdict({ valid: "unknown" }), history: testHistory([]) }),
};

const NODES = ["n1", "n2", "n3"] as const;

const operations = (count: number): TestOperation[] =>
  Array.from({ length: count }, (_, i) => ({
    process: i % 4,
    f: i % 2 === 0 ? ("write" as const) : ("read" as const),
    key: `k${i % 5}`,
    value: i - (i % 2),
    node: NODES[i % 3] ?? "n1",
    start: i * 10 * MILLISECOND,
    end: i * 10 * MILLISECOND + 6 * MILLISECOND,
  }));

function valid(): ReportInput {
  return {
    run: testRun({ target: "semi-sync", workload: "session" }),
    history: testHistory(operations(600)),
    verdict: testVerdict({
      summary: "no promise was broken, no anomaly found",
      results: [{ model: "linearizable", verdict: "satisfied" }],
      expectations: [{ model: "linearizable", is: "holds", outcome: "met" }],
      strongest: ["linearizable"],
      stats: { lag: lagOf(0) },
    }),
  };
}

/** `staleness.lag` of reads that were as far behind as that at times. */
const lagOf = (behind: number) => ({
  from: 0,
  bucket: SECOND,
  nodes: Object.fromEntries(
    NODES.map((node, i) => {
      const most = behind * (i + 1);
      return [
        node,
        {
          reads: 100,
          stale: most === 0 ? 0 : 12,
          behind: { p50: most / 8, p95: most / 4, p99: most / 2, max: most },
          worst: [0, most / 2, most, null, 0, 0],
        },
      ];
    }),
  ),
  healings: [
    {
      fault: 1,
      at: 3 * SECOND,
      until: 6 * SECOND,
      nodes: {
        n1: { reads: 40, stale: 0, lower: 0, upper: 8 * MILLISECOND },
        n2: { reads: 40, stale: 7, lower: 300 * MILLISECOND, upper: 340 * MILLISECOND },
        n3: { reads: 9, stale: 9, lower: 2 * SECOND, upper: null },
      },
    },
  ],
});

const quantiles = { p50: 1e6, p95: 5e6, p99: 9e6, max: 2e7 };

function fiftyAnomalies(): ReportInput {
  const history = testHistory(operations(600), {
    faults: [
      { id: 1, fault: "partition-one", phase: "started", nodes: ["n2"], time: SECOND },
      { id: 1, fault: "partition-one", phase: "healed", nodes: ["n2"], time: 3 * SECOND },
    ],
  });
  const anomalies = Array.from({ length: 50 }, (_, i) => ({
    type: "stale-read" as const,
    model: "linearizable" as const,
    key: `k${i % 5}`,
    witness: [history.invRank[i * 2] ?? 0, history.invRank[i * 2 + 1] ?? 0],
    explanation: `p${i % 4} read k${i % 5} from n2 although a newer value had been acknowledged`,
    edges: [
      {
        from: history.invRank[i * 2] ?? 0,
        to: history.invRank[i * 2 + 1] ?? 0,
        kind: "real-time" as const,
        reason: "had ended before",
      },
    ],
    triage: {
      class: i % 5 === 0 ? ("flaw" as const) : ("delay" as const),
      reason: "it resolved 340 ms after healing",
      fate: "resolved" as const,
      bound: 5 * SECOND,
      breaks: i % 5 === 0 ? ["linearizable"] : [],
      nodes: ["n2"],
      at: SECOND,
      faults: [{ id: 1, fault: "partition-one", nodes: ["n2"], when: "during" as const }],
    },
  }));
  return {
    run: testRun({ target: "dynamo", workload: "session" }),
    history,
    verdict: testVerdict({
      valid: false,
      summary: "linearizable: 50 stale reads",
      results: [{ model: "linearizable", verdict: "violated" }],
      expectations: [{ model: "linearizable", is: "holds", outcome: "broken" }],
      anomalies,
      causes: (["flaw", "delay"] as const).map((is) => causeOf(is, anomalies)),
      counts: { "stale-read": 50 },
      stats: {
        lag: lagOf(40 * MILLISECOND),
        staleness: {
          ...{ reads: 300, stale: 50, behind: quantiles },
          versionsBehind: { p50: 1, p95: 2, p99: 3, max: 3 },
          byNode: {
            n2: { reads: 100, stale: 50, maxBehind: 2e7, behind: quantiles, versionsBehind: quantiles },
          },
          histogram: [
            { upTo: 1e6, count: 30 },
            { upTo: 2e7, count: 20 },
          ],
          visibility: [{ upTo: 1e6, reads: 100, stale: 50 }],
        },
      },
    }),
    metrics: [
      {
        name: "replication_lag_seconds",
        value: 6,
        unit: "s",
        threshold: 5,
        alarm: "above",
        breached: true,
        basis: "the stalest read of n2",
      },
    ],
  };
}

function causeOf(
  is: "flaw" | "delay",
  anomalies: readonly Anomaly[],
): NonNullable<VerdictDocument["causes"]>[number] {
  const places = anomalies.flatMap(({ triage }, place) => (triage?.class === is ? [place] : []));
  return {
    class: is,
    type: "stale-read",
    nodes: ["n2"],
    faults: [{ fault: "partition-one", nodes: ["n2"], when: "during", ids: [1] }],
    count: places.length,
    first: SECOND,
    last: 3 * SECOND,
    anomalies: places,
    sentence: `${places.length} stale reads on n2 while it was cut off (partition-one)`,
  };
}

function undecided(): ReportInput {
  return {
    run: cutOff(testRun()),
    history: testHistory(operations(40)),
    verdict: testVerdict({
      valid: "unknown",
      summary: "the run did not end",
      results: [{ model: "linearizable", verdict: "unknown", reason: "the time was used up" }],
      expectations: [{ model: "linearizable", is: "holds", outcome: "undecided" }],
    }),
  };
}

function clocks(): ReportInput {
  const event = {
    id: 1,
    fault: "clock-skew",
    nodes: ["n1", "n3"],
    parameters: { ahead: { n1: 5e9, n3: -2e7 } },
  };
  return {
    run: testRun({ faults: ["clock-skew"] }),
    history: testHistory(operations(300), {
      faults: [
        { ...event, phase: "started", time: SECOND },
        { ...event, phase: "healed", time: 2 * SECOND },
      ],
    }),
    verdict: testVerdict({ stats: { lag: lagOf(3 * MILLISECOND) } }),
  };
}
