import { type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { ConvergenceStats } from "#core/run";
import type { Nanoseconds } from "#core/units";
import { faultEvents } from "../fault-events.ts";
import { groupRows, rowsWhere } from "../groups.ts";
import type { LastRound } from "../last-round.ts";
import { isFinal } from "../registers/access.ts";
import { endOf } from "../words.ts";
import type { Readings } from "./readings.ts";

const READ = FUNCTIONS.indexOf("read");

type NodeTimes = ConvergenceStats["nodes"][string];

/**
 * When each node had caught up: after the last read that disagrees with what most nodes show in the end, and before the
 * next one that agrees; the upper end assumes that a node which shows the agreed value keeps it.
 */
export function nodeTimes(
  history: History,
  rounds: ReadonlyMap<number, LastRound>,
  readings: Readings,
): Omit<ConvergenceStats, "divergedKeys"> {
  const reads = rowsWhere(
    history.length,
    (row) => history.f[row] === READ && history.status[row] === STATUS.ok && isFinal(history, row),
  );
  const from = startOf(history);
  const agreed = new Map([...rounds].map(([key, { rows }]) => [key, mostShown(rows, readings)]));
  const named = reads.filter((row) => history.node[row] !== NONE);
  const byNode = groupRows(named, history.node, history.nodeNames.length);
  const nodes: Record<string, NodeTimes> = {};
  history.nodeNames.forEach((name, node) => {
    const rows = byNode.rows.subarray(byNode.start[node], byNode.start[node + 1]);
    if (rows.length > 0) nodes[name] = timesOf(history, rows, { from, agreed, readings });
  });
  return { from, keys: rounds.size, nodes };
}

/** When updates had stopped and the last fault was healed: from then on nodes have only to catch up. */
function startOf(history: History): Nanoseconds {
  let start = 0;
  for (const { phase, time } of faultEvents(history)) if (phase === "healed") start = Math.max(start, time);
  for (let row = 0; row < history.length; row++) {
    if (!isFinal(history, row)) start = Math.max(start, endOf(history, row));
  }
  return start;
}

/** A last-round read of what most nodes show. */
function mostShown(rows: readonly number[], readings: Readings): number | undefined {
  const votes = rows.map((row) => rows.filter((other) => readings.same(row, other)).length);
  return rows[votes.indexOf(Math.max(...votes))];
}

/**
 * Keys that were read often in the final phase tell when the node caught up; a key read in the last rounds only says
 * nothing but that it had by then.
 */
function timesOf(
  history: History,
  rows: Int32Array,
  {
    from,
    agreed,
    readings,
  }: { from: Nanoseconds; agreed: ReadonlyMap<number, number | undefined>; readings: Readings },
): NodeTimes {
  const byKey = Map.groupBy(rows, (row) => history.key[row]!);
  const most = byKey.values().reduce((longest, { length }) => Math.max(longest, length), 0);
  let lower = 0;
  let upper: number | null = 0;
  let disagreeingReads = 0;
  for (const [key, reads] of byKey) {
    if (reads.length * 2 < most) continue;
    const value = agreed.get(key);
    const disagreeing = reads.filter((row) => value === undefined || !readings.same(row, value));
    disagreeingReads += disagreeing.length;
    const last = disagreeing.at(-1);
    if (last !== undefined) lower = Math.max(lower, history.invTime[last]! - from);
    const next = reads.find((row) => row > (last ?? NONE));
    const agrees: number | null = next === undefined ? null : Math.max(0, endOf(history, next) - from);
    upper = upper === null || agrees === null ? null : Math.max(upper, agrees);
  }
  return { lower, upper, disagreeingReads };
}
