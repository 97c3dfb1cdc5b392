import { SECOND } from "#core/units";
import { AGREEMENT_COLUMNS, agreement } from "./agreement.ts";
import type { Case, Experiment } from "./experiment.ts";
import { untilTheEnd } from "./faults.ts";
import { rowsOf, successRate } from "./shares.ts";

const TIME = 20 * SECOND;
const SIDE: readonly string[] = ["n1", "n2"];
/** Resolved when the time comes. */
const LEADER: readonly string[] = ["leader"];

/** Both sides of a split cluster are written to; healing: who agrees when, and on what? */
export const partition: Experiment = {
  name: "partition",
  summary:
    "split the cluster, write on both sides, heal: how available it was, and when all replicas agree again",
  explanation:
    "Two of five nodes, or the leader alone, are cut off for three quarters of the run; clients reach both sides, and go on writing; the cut is healed when they stop. Agreement is timed by reads of every node from then on: it came after the last that differed and before the next. What is lost was acknowledged, and is on no node.",
  columns: [
    { name: "subject", title: "store" },
    { name: "side", title: "cut off" },
    { name: "updates", title: "updates that succeeded while split (%)" },
    { name: "reads", title: "reads (%)" },
    ...AGREEMENT_COLUMNS,
  ],
  cases: (subjects, time = TIME) =>
    subjects.flatMap((subject) =>
      (subject.hasLeader === true ? [SIDE, LEADER] : [SIDE]).map(
        (side): Case => ({
          subject,
          label: { side: side === LEADER ? "the leader" : side.join(", ") },
          workload: "session",
          workloadOptions: { keysPerClient: 1 },
          nodes: 5,
          clients: 8,
          rate: 200,
          time,
          schedule: untilTheEnd("partition-halves", side, time / 4, time),
        }),
      ),
    ),
  measure: ({ subject, label }, result) => {
    const { history } = result;
    const row = {
      subject: subject.name,
      ...label,
      updates: successRate(history, rowsOf(history, "updates", true)),
      reads: successRate(history, rowsOf(history, "reads", true)),
      ...agreement(result),
    };
    return { row, points: [row] };
  },
  plot: {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    data: { name: "points" },
    width: 420,
    mark: { type: "bar" },
    encoding: {
      row: { field: "side", title: "cut off" },
      y: { field: "subject", type: "nominal", title: null, sort: null, axis: { labelLimit: 300 } },
      x: { field: "before", type: "quantitative", title: "all replicas agreed after healing within (ms)" },
      color: { field: "lost", type: "quantitative", title: "lost writes", scale: { scheme: "reds" } },
    },
  },
};
