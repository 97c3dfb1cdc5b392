import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { FLAG, type History, NONE } from "#core/history";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { keyWords, nodeWords, someOf, valueWords, whoWords } from "../words.ts";
import { Landing } from "./landing.ts";
import { nodeTimes } from "./node-times.ts";
import { Readings } from "./readings.ts";
import { type UnexplainedFinal, unexplainedFinals } from "./unexplained-finals.ts";

/**
 * After healing and quiescence every node must show the same value for every key. Two last reads that differ have
 * diverged, unless they differ only by writes that nobody acknowledged and that show for the first time: those may be
 * landing just then, and the verdict is `unknown`. Nor must any of them show what nobody put there. Times per node are intervals since the last fault was healed.
 */
export const convergence: Checker = {
  name: "convergence",
  summary:
    "whether all nodes show the same values in the end, none out of thin air, and when each had caught up",
  models: ["convergence"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => history.flags.some((flags) => (flags & FLAG.final) !== 0),
  check,
};

/** Two nodes that show different values of one key in the end. */
interface Difference {
  readonly key: number;
  readonly one: number;
  readonly other: number;
}

function check(history: History, budget: Budget): CheckResult {
  const rounds = lastRounds(history);
  const landing = new Landing(history, new Set([...rounds.values()].flatMap(({ rows }) => rows)));
  const readings = new Readings(history);
  const collector = new Collector();
  const unsettled: number[] = [];
  for (const [key, round] of rounds) {
    budget.tick();
    const { type } = history.objectOf(key);
    const isRegister = type === "register";
    const isLanding = (value: number): boolean => landing.has(key, value);
    const settled = (a: number, b: number): boolean => {
      // A register that shows a landing value agrees with any other.
      if (isRegister && [a, b].some((row) => isLanding(history.value[row]!))) return true;
      if (type === "counter" && readings.distance(a, b) <= landing.mayDifferBy(key)) return true;
      return readings.same(a, b, isLanding);
    };
    const difference = firstDifference(key, round, settled);
    if (difference !== undefined) {
      collector.add("diverged", 0, () => anomalyOf(history, { readings, landing, round, difference }));
    } else if (firstDifference(key, round, (a, b) => readings.same(a, b)) !== undefined) {
      unsettled.push(key);
    }
  }
  const strange = unexplainedFinals(history, budget);
  for (const found of strange)
    collector.add("unexplained-final-read", 0, () => strangeAnomaly(history, found));
  const diverged = collector.count("diverged");
  return {
    results: [resultOf(history, rounds, diverged + strange.length, unsettled)],
    anomalies: collector.anomalies,
    counts: { diverged, ...(strange.length > 0 && { "unexplained-final-read": strange.length }) },
    stats: { convergence: { ...nodeTimes(history, rounds, readings), divergedKeys: diverged } },
  };
}

function firstDifference(
  key: number,
  { rows }: LastRound,
  same: (a: number, b: number) => boolean,
): Difference | undefined {
  for (const [i, one] of rows.entries()) {
    const other = rows.slice(i + 1).find((row) => !same(one, row));
    if (other !== undefined) return { key, one, other };
  }
  return undefined;
}

function resultOf(
  history: History,
  rounds: ReadonlyMap<number, LastRound>,
  violations: number,
  unsettled: readonly number[],
): ModelResult {
  const model = "convergence";
  if (violations > 0) return { model, verdict: "violated" };
  if (unsettled.length > 0) {
    const names = someOf(unsettled.map((key) => keyWords(history, key)));
    const reason = `an unacknowledged write may have been landing during the last reads of ${names}: read again later`;
    return { model, verdict: "unknown", reason };
  }
  const unread = [...rounds].find(([, round]) => round.missing.length > 0);
  if (unread !== undefined) {
    const [key, { missing }] = unread;
    const reason = `${missing.join(", ")}: no last read of ${keyWords(history, key)}`;
    return { model, verdict: "unknown", reason };
  }
  // A cluster of one agrees with itself; one node read out of nobody knows how many proves nothing.
  const alone = history.header.nodes?.length === 1;
  if (!alone && [...rounds.values()].every(({ rows }) => rows.length < 2)) {
    return { model, verdict: "not-applicable", reason: "only one node was read at the end" };
  }
  return { model, verdict: "satisfied" };
}

interface Proof {
  readonly readings: Readings;
  readonly landing: Landing;
  readonly round: LastRound;
  readonly difference: Difference;
}

function anomalyOf(history: History, { readings, landing, round, difference }: Proof): Anomaly {
  const { key, one, other } = difference;
  const settled = readings.differing(one, other).filter((value) => !landing.has(key, value));
  // Of registers both values, of sets one element on one node only is enough.
  const isRegister = history.objectOf(key).type === "register";
  const evidence = settled.slice(0, isRegister ? 2 : 1).flatMap((value) => landing.evidenceOf(value));
  const rows = [...evidence, ...evidence.flatMap((row) => laterReads(history, round, row)), one, other];
  return {
    type: "diverged",
    model: "convergence",
    key: history.keys[key]!,
    witness: [...new Set(rows)].sort((a, b) => a - b).map((row) => history.invRank[row]!),
    explanation: `${keyWords(history, key)} ${contrast(history, difference, settled)} after healing`,
  };
}

function strangeAnomaly(history: History, { row, value, others }: UnexplainedFinal): Anomaly {
  const key = keyWords(history, history.key[row]!);
  const why =
    others.length === 0
      ? "which nobody ever put there"
      : "which nothing explains of what had begun by then and did not fail";
  return {
    type: "unexplained-final-read",
    model: "convergence",
    key: history.keys[history.key[row]!]!,
    witness: [...new Set([...others, row])].sort((a, b) => a - b).map((one) => history.invRank[one]!),
    explanation: `${whoWords(history, row)} found ${valueWords(history.valueOf(value))} in ${key}${nodeWords(history, row, "on")} after healing, ${why}`,
  };
}

/** A final read counts as an earlier one only beside the last read of the same node. */
function laterReads(history: History, { rows, failed }: LastRound, row: number): number[] {
  if ((history.flags[row]! & FLAG.final) === 0) return [];
  return [...rows, ...failed].filter((last) => history.node[last] === history.node[row]);
}

function contrast(history: History, { one, other }: Difference, differing: readonly number[]): string {
  const [left, right] = [history.operation(one), history.operation(other)];
  const [a, b] = [left.node ?? "one node", right.node ?? "another"];
  if (!Array.isArray(left.value) || !Array.isArray(right.value)) {
    return `is ${valueWords(left.value)} on ${a} and ${valueWords(right.value)} on ${b}`;
  }
  const only = differing.filter((id) => id !== NONE).map((id) => valueWords(history.valueOf(id)));
  const what = only.length === 0 ? " in another order" : `: ${someOf(only)} on one of them only`;
  return `has ${left.value.length} elements on ${a} and ${right.value.length} on ${b}${what}`;
}
