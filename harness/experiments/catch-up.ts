import { convergenceStatsSchema } from "#core/run";
import { MILLISECOND, SECOND } from "#core/units";
import { AGREEMENT_COLUMNS, agreement } from "./agreement.ts";
import type { Case, CaseResult, Cell, Experiment } from "./experiment.ts";
import { untilTheEnd } from "./faults.ts";
import { rowsOf, successRate } from "./shares.ts";

const TIME = 20 * SECOND;
const CRASHED = "n3";

/** A replica is killed, the others are written to, it comes back: how long until it has everything? */
export const catchUp: Experiment = {
  name: "catch-up",
  summary:
    "kill a replica, keep writing, start it again: the time until it has caught up, by hints or by a full comparison",
  explanation:
    "n3 is dead for three quarters of the run and started again when the writing ends. It had caught up after its last read that lacked something, and before the next. Hinted handoff sends what was kept for it; gossip compares everything; read repair mends what somebody reads, so what nobody reads stays old.",
  columns: [
    { name: "subject", title: "store" },
    { name: "updates", title: "updates that succeeded without it (%)" },
    { name: "behind", title: "it lacked something after (ms)" },
    { name: "caught", title: "it had everything before (ms)" },
    ...AGREEMENT_COLUMNS,
  ],
  cases: (subjects, time = TIME) =>
    subjects.map(
      (subject): Case => ({
        subject,
        label: {},
        workload: "session",
        workloadOptions: { keysPerClient: 1 },
        nodes: 3,
        clients: 8,
        rate: 200,
        time,
        schedule: untilTheEnd("kill-one", [CRASHED], time / 4, time),
      }),
    ),
  measure: ({ subject }, result) => {
    const { history } = result;
    const row = {
      subject: subject.name,
      updates: successRate(history, rowsOf(history, "updates", true)),
      ...timesOf(result),
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
      y: { field: "subject", type: "nominal", title: null, sort: null, axis: { labelLimit: 300 } },
      x: { field: "caught", type: "quantitative", title: "the restarted replica had everything within (ms)" },
    },
  },
};

function timesOf({ verdict }: CaseResult): { readonly behind: Cell; readonly caught: Cell } {
  const stats = verdict.stats["convergence"];
  const node = stats === undefined ? undefined : convergenceStatsSchema.parse(stats).nodes[CRASHED];
  return {
    behind: node === undefined ? null : node.lower / MILLISECOND,
    caught: node?.upper == null ? null : node.upper / MILLISECOND,
  };
}
