import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE, STATUS } from "#core/history";
import type { Anomaly, Model, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { isFinal } from "../registers/access.ts";
import { shownBy } from "../search/models/list.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { agoWords, endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";
import { countsOf, type Impossible, type ListReads, listReads } from "./list-reads.ts";
import { type Clash, clashesOf } from "./prefix-rule.ts";

/**
 * Elements appended to lists. An append that was acknowledged, or that a read shows, is *lost* if every last-round read on
 * every node shows its element less often than it was certainly appended. Elements that nobody can have appended, and
 * elements shown more often than they were appended, break even causal consistency; two reads of which neither continues
 * the other break sequential consistency (the prefix rule of Kingsbury and Alvaro 2020, §4). What final
 * reads show is left to `convergence`. Only of losses it says that there are none.
 */
export const listDurability: Checker = {
  name: "list-durability",
  summary: "elements appended to lists: lost, duplicated, out of thin air, in conflicting orders",
  models: ["no-lost-writes", "causal", "linearizable", "sequential"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["list"]),
  check,
};

const MODEL_OF: Readonly<Record<Impossible["type"], Model>> = {
  "thin-air-read": "causal",
  "aborted-read": "causal",
  "duplicate-element": "causal",
  "future-read": "linearizable",
};

/** An element shown `most` times at the end, and certainly appended more often. */
interface Loss {
  readonly element: number;
  readonly most: number;
  readonly round: LastRound;
}

function check(history: History, budget: Budget): CheckResult {
  const reads = listReads(history, budget);
  const { losses, undecided, known } = lossesOf(history, reads, budget);
  const collector = new Collector();
  for (const loss of losses) {
    collector.add("lost-element", -endOf(history, proofOf(history, reads, loss.element)), () =>
      lostAnomaly(history, reads, loss),
    );
  }
  for (const found of reads.impossible) {
    if (isFinal(history, found.row)) continue;
    collector.add(found.type, 0, () => impossibleAnomaly(history, reads, found));
  }
  for (const clash of clashesOf(history, reads, budget)) {
    collector.add("incompatible-order", 0, () => clashAnomaly(history, reads, clash));
  }
  const findings = {
    model: "no-lost-writes" as const,
    violations: losses.length,
    judged: known,
    undecided: problemWords(history, undecided),
    nothing: "no append was acknowledged",
  };
  return {
    results: [verdictOf(findings, objectsOf(history, ["list"])), ...brokenModels(history, collector)],
    anomalies: collector.anomalies,
    counts: collector.counts,
    stats: { list: statsOf(reads, losses.length) },
  };
}

function lossesOf(
  history: History,
  reads: ListReads,
  budget: Budget,
): { losses: Loss[]; undecided: Map<number, string>; known: number } {
  const rounds = lastRounds(history);
  const shown = new Map([...rounds].map(([key, round]) => [key, mostShown(history, reads, round)]));
  const undecided = new Map(reads.problems);
  const losses: Loss[] = [];
  let known = 0;
  for (const [element, certain] of reads.certain.entries()) {
    budget.tick();
    if (certain === 0) continue;
    known++;
    const key = history.keyOfValue(element);
    const round = rounds.get(key);
    const problem = roundProblem(round);
    if (round === undefined || problem !== undefined) undecided.set(key, problem ?? "not read at the end");
    else {
      const most = shown.get(key)?.get(element) ?? 0;
      if (most < certain + (reads.initial.get(element) ?? 0)) losses.push({ element, most, round });
    }
  }
  return { losses, undecided, known };
}

function roundProblem(round: LastRound | undefined): string | undefined {
  if (round === undefined || round.rows.length === 0) return "no node was read at the end";
  return round.missing.length > 0 ? `${round.missing.join(", ")}: not read at the end` : undefined;
}

/** By element: how often the last read that shows it most often does. */
function mostShown(history: History, { initialOf }: ListReads, { rows }: LastRound): Map<number, number> {
  const most = new Map<number, number>();
  for (const row of rows) {
    const initial = initialOf.get(history.key[row]!);
    if (initial === undefined) continue;
    for (const [element, times] of countsOf(shownBy(history, row, initial))) {
      most.set(element, Math.max(most.get(element) ?? 0, times));
    }
  }
  return most;
}

function brokenModels(history: History, collector: Collector): ModelResult[] {
  const broken = new Set(
    Object.entries(MODEL_OF).flatMap(([type, model]) =>
      collector.count(type as Impossible["type"]) > 0 ? [model] : [],
    ),
  );
  if (collector.count("incompatible-order") > 0) broken.add("sequential");
  return [...broken].map((model) => ({ model, ...objectsOf(history, ["list"]), verdict: "violated" }));
}

/** Rows of the appends of an element that may have happened. */
const appendsOf = ({ appends }: ListReads, element: number): number[] =>
  element < 0 ? [] : [...appends.rows.subarray(appends.start[element], appends.start[element + 1])];

/** The row that shows that an element was appended: an acknowledged append, else the read of most of them. */
function proofOf(history: History, reads: ListReads, element: number): number {
  const shown = reads.shownBy[element]!;
  if (shown !== NONE) return shown;
  return appendsOf(reads, element).find((row) => history.status[row] === STATUS.ok)!;
}

function lostAnomaly(history: History, reads: ListReads, { element, most, round }: Loss): Anomaly {
  const key = history.keyOfValue(element);
  const proof = proofOf(history, reads, element);
  const how =
    proof === reads.shownBy[element]
      ? `read by ${whoWords(history, proof)}${nodeWords(history, proof, "from")}`
      : `acknowledged to ${whoWords(history, proof)}${nodeWords(history, proof, "by")}`;
  const nodes = round.rows.map((row) => history.nodeNames[history.node[row]!] ?? "the node").join(", ");
  const times = `${plural(reads.certain[element]!, "time")}, is in no list more than ${plural(most, "time")} at the end`;
  const lost = most === 0 ? "is on no node at the end" : `appended ${times}`;
  return {
    type: "lost-element",
    model: "no-lost-writes",
    key: keyWords(history, key),
    witness: indexesOf(history, [...appendsOf(reads, element), proof, ...round.rows]),
    explanation: `element ${valueWords(history.valueOf(element))} of ${keyWords(history, key)}, ${how} ${whenWords(history, endOf(history, proof))}, ${lost} (${nodes})`,
  };
}

function impossibleAnomaly(history: History, reads: ListReads, { type, row, element }: Impossible): Anomaly {
  const appends = appendsOf(reads, element);
  const failed = element < 0 ? NONE : reads.failed[element]!;
  const key = keyWords(history, history.key[row]!);
  const times = countsOf(history.elementsOf(row)).get(element) ?? 0;
  const shows = `${valueWords(history.valueOf(element))} in ${key}${nodeWords(history, row, "from")} ${whenWords(history, endOf(history, row))}`;
  const often = times > 1 ? ` ${plural(times, "time")}` : "";
  const early = appends.length === 0 ? 0 : history.invTime[appends.at(-1)!]! - endOf(history, row);
  const why = {
    "thin-air-read": `${shows}, which nobody appended`,
    "aborted-read": `${shows}, although the only append of it${failed === NONE ? "" : `, by ${whoWords(history, failed)},`} certainly failed`,
    "future-read": `${shows}${often}, which was appended only later${appends.length > 1 ? " so often" : ""} (the read ended ${agoWords(early)})`,
    "duplicate-element": `${shows} ${plural(times, "time")}, more often than it was appended`,
  }[type];
  return {
    type,
    model: MODEL_OF[type],
    key: history.keys[history.key[row]!]!,
    witness: indexesOf(history, [...appends, ...(appends.length === 0 ? [failed] : []), row]),
    explanation: `${whoWords(history, row)} read ${why}`,
  };
}

function clashAnomaly(history: History, reads: ListReads, { one, other, at }: Clash): Anomaly {
  const elements = [one, other].flatMap((row) => [...history.elementsOf(row)]);
  const key = keyWords(history, history.key[one]!);
  const named = (row: number): string => {
    const element = history.elementsOf(row)[at];
    const what = element === undefined ? "nothing" : valueWords(history.valueOf(element));
    return `${whoWords(history, row)} read ${what}${nodeWords(history, row, "from")} ${whenWords(history, history.invTime[row]!)}`;
  };
  return {
    type: "incompatible-order",
    model: "sequential",
    key: history.keys[history.key[one]!]!,
    witness: indexesOf(history, [one, other, ...elements.flatMap((element) => appendsOf(reads, element))]),
    explanation: `as element ${at + 1} of ${key} ${named(one)}, and ${named(other)}: no one order of the appends explains both`,
  };
}

const indexesOf = (history: History, rows: readonly number[]): number[] =>
  [...new Set(rows)]
    .filter((row) => row !== NONE)
    .map((row) => history.invRank[row]!)
    .sort((a, b) => a - b);

function statsOf(reads: ListReads, lost: number): Record<string, number> {
  const { acknowledged, certain, appends, impossible } = reads;
  const sum = (column: Uint32Array): number => column.reduce((total, one) => total + one, 0);
  return {
    attempts: appends.rows.length,
    acknowledged: sum(acknowledged),
    lost,
    /** Appends that nobody acknowledged and that a read shows. */
    recovered: sum(certain) - sum(acknowledged),
    impossible: impossible.length,
  };
}
