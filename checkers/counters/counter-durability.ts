import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, STATUS } from "#core/history";
import type { Anomaly, Model, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { isFinal } from "../registers/access.ts";
import { deedWords } from "../search/deeds.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, plural, whenWords, whoWords } from "../words.ts";
import { countReads, type ImpossibleCount } from "./impossible-counts.ts";
import { type Loss, lossOf } from "./losses.ts";
import { sumOf, type Tally, tallies } from "./tallies.ts";

/**
 * Counters. An acknowledged increment or decrement is *lost* if no node's last read can contain all acknowledged ones, each
 * operation having happened once or, if nobody acknowledged it, perhaps never. A count that no choice among all changes
 * makes is impossible even for causal consistency; it shows that something came twice or from nowhere, and no loss; in a final
 * read that is left to `convergence`.
 * Exact by the sets of possible sums while those are few, by bounds beyond. Source of the bounds: Jepsen's counter.
 */
export const counterDurability: Checker = {
  name: "counter-durability",
  summary: "increments and decrements of counters: lost, impossible counts",
  models: ["no-lost-writes", "causal", "linearizable"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["counter"]),
  check,
};

const MODEL_OF: Readonly<Record<ImpossibleCount["type"], Model>> = {
  "impossible-count": "causal",
  "aborted-read": "causal",
  "future-read": "linearizable",
};

function check(history: History, budget: Budget): CheckResult {
  const { tallies: counters, problems } = tallies(history, budget);
  const rounds = lastRounds(history);
  const undecided = new Map(problems);
  const collector = new Collector();
  const stats = { attempts: 0, acknowledged: 0, lost: 0, impossible: 0 };
  for (const [key, tally] of counters) {
    const { impossible, explained } = countReads(history, tally, budget);
    const during = impossible.filter(({ row }) => !isFinal(history, row));
    for (const found of during) collector.add(found.type, 0, () => impossibleAnomaly(history, found));
    const acknowledged = tally.changes.filter(({ row }) => history.status[row] === STATUS.ok).length;
    stats.attempts += tally.changes.length;
    stats.acknowledged += acknowledged;
    stats.impossible += impossible.length;
    if (acknowledged === 0) continue;
    const round = rounds.get(key);
    const loss = roundProblem(round) ?? lossOf(history, tally, round!, explained);
    if (typeof loss === "string") undecided.set(key, loss);
    else if (loss !== undefined) {
      stats.lost++;
      collector.add("lost-increment", 0, () => lostAnomaly(history, tally, loss));
    }
  }
  const findings = {
    model: "no-lost-writes" as const,
    violations: stats.lost,
    judged: stats.acknowledged,
    undecided: problemWords(history, undecided),
    nothing: "no increment was acknowledged",
  };
  return {
    results: [verdictOf(findings, objectsOf(history, ["counter"])), ...brokenModels(history, collector)],
    anomalies: collector.anomalies,
    counts: collector.counts,
    stats: { counter: stats },
  };
}

function roundProblem(round: LastRound | undefined): string | undefined {
  if (round === undefined || round.rows.length === 0) return "no node was read at the end";
  return round.missing.length > 0 ? `${round.missing.join(", ")}: not read at the end` : undefined;
}

function brokenModels(history: History, collector: Collector): ModelResult[] {
  const types = Object.keys(MODEL_OF) as ImpossibleCount["type"][];
  const models = new Set(types.filter((type) => collector.count(type) > 0).map((type) => MODEL_OF[type]));
  return [...models].map((model) => ({ model, ...objectsOf(history, ["counter"]), verdict: "violated" }));
}

function impossibleAnomaly(
  history: History,
  { type, tally, row, count, least, most }: ImpossibleCount,
): Anomaly {
  const failed = type === "aborted-read" ? tally.failed : [];
  const range = least === most ? `only ${least} was possible` : `it was between ${least} and ${most}`;
  const why = {
    "impossible-count":
      count < least || count > most
        ? `${range} whichever of its changes had happened, each of them once`
        : `${range}, and no choice among its changes makes that`,
    "aborted-read": "which only changes explain that certainly failed",
    "future-read": `which only changes explain that began later: until then ${range}`,
  }[type];
  return {
    type,
    model: MODEL_OF[type],
    key: history.keys[tally.key]!,
    witness: indexesOf(
      history,
      [...tally.changes, ...failed, { row }].map((one) => one.row),
    ),
    explanation: `${whoWords(history, row)} read ${keyWords(history, tally.key)} = ${count}${nodeWords(history, row, "from")} ${whenWords(history, endOf(history, row))}${type === "impossible-count" ? ", but" : ","} ${why}`,
  };
}

function lostAnomaly(history: History, tally: Tally, loss: Loss): Anomaly {
  const key = keyWords(history, tally.key);
  const shown = loss.reads.map(({ row, count }) => {
    const node = history.nodeNames[history.node[row]!];
    return node === undefined ? `${count}` : `${count} on ${node}`;
  });
  const acknowledged = tally.initial + sumOf(loss.acknowledged);
  const makes = `${plural(loss.acknowledged.length, "acknowledged change")} ${loss.acknowledged.length === 1 ? "makes" : "make"} ${acknowledged}`;
  const named = loss.missing?.map(
    ({ row }) => `${deedWords(history, row)} ${whenWords(history, endOf(history, row))}`,
  );
  const certainly = loss.isCertain
    ? "at least one of them is lost"
    : "one of them is lost, unless another came twice";
  const missing = named === undefined ? certainly : `${certainly}: if none came twice, ${named.join(", ")}`;
  return {
    type: "lost-increment",
    model: "no-lost-writes",
    key: history.keys[tally.key]!,
    witness: indexesOf(history, [...loss.proof.map(({ row }) => row), ...loss.reads.map(({ row }) => row)]),
    explanation: `${key} is ${shown.join(", ")} at the end, but ${makes}, and no unacknowledged ones explain that: ${missing}`,
  };
}

const indexesOf = (history: History, rows: readonly number[]): number[] =>
  [...new Set(rows)].map((row) => history.invRank[row]!).sort((a, b) => a - b);
