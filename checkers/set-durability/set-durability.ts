import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { SetStats } from "#core/run";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { NodeLags } from "../node-lags.ts";
import { quantilesOf } from "../quantiles.ts";
import { isFinal } from "../registers/access.ts";
import { holds, objectsOf, verdictOf } from "../verdicts.ts";
import { agoWords, endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";
import { type Elements, elementsOf, knownAt } from "./elements.ts";
import { findStaleReads, type StaleRead, type StaleReads } from "./stale-reads.ts";

const ADD = FUNCTIONS.indexOf("add");
/** Lost elements that the statistics name one by one. */
const MAX_LOST_LISTED = 1_000;

/**
 * Elements of sets. An element is *known* once its add was acknowledged or a read contained it; *lost* if every last-round
 * read on every node lacks it although no remove may have taken it away: all of them had returned before it was added; *stale* in a read that began after it was known
 * and lacks it. An element that nobody can have added breaks even causal consistency, one that was added only later
 * linearizability; what final reads show is left to `convergence`. An element on some nodes only has diverged, which `convergence` judges.
 * Source: Jepsen's set-full, with the quantifiers over nodes that replicated stores need.
 */
export const setDurability: Checker = {
  name: "set-durability",
  summary: "elements of sets: lost, stale, never read, unexpected",
  models: ["no-lost-writes", "linearizable", "causal"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["set"]),
  check,
};

type Rounds = ReadonlyMap<number, LastRound>;

function check(history: History, budget: Budget): CheckResult {
  const elements = elementsOf(history, budget);
  const rounds = lastRounds(history);
  const present = presence(history, elements, rounds);
  const missing = elements.durable.rows.filter(
    (element) => present[element] === 0 && isComplete(rounds.get(history.keyOfValue(element))),
  );
  const lost = missing.filter((element) => !isLate(history, elements, rounds, element));
  const isLost = new Uint8Array(history.valueCount);
  for (const element of lost) isLost[element] = 1;
  const lags = new NodeLags(history);
  const stale = findStaleReads(history, elements, budget, {
    isLost,
    measured: (row, behind) => lags.add(row, behind),
  });
  const collector = new Collector();
  for (const element of lost) {
    // The earliest acknowledged first: it had the most time to reach the other nodes.
    collector.add("lost-element", -endOf(history, elements.knownBy[element]!), () =>
      lostAnomaly(history, elements, rounds, element),
    );
  }
  for (const found of elements.unexpected) {
    if (isFinal(history, found.row)) continue;
    const type = elements.add[found.element] === NONE ? "unexpected-element" : "future-read";
    collector.add(type, 0, () => unexpectedAnomaly(history, elements, type, found));
  }
  for (const read of stale.reads) {
    collector.add("stale-read", read.behind, () => staleAnomaly(history, elements, read));
  }
  return {
    results: [
      durabilityResult(history, { elements, rounds, present, lost, isLate: missing.length > lost.length }),
      ...brokenModels(history, collector),
    ],
    anomalies: collector.anomalies,
    counts: collector.counts,
    stats: { set: statsOf({ history, elements, rounds, stale, present, lost }), "set-lag": lags.result() },
  };
}

/** By value id: how many of its key's last-round reads contain it. */
function presence(history: History, elements: Elements, rounds: Rounds): Uint16Array {
  const present = new Uint16Array(elements.add.length);
  for (const { rows } of rounds.values()) {
    for (const row of rows) for (const element of new Set(history.elementsOf(row))) present[element]!++;
  }
  return present;
}

const isComplete = (round: LastRound | undefined): boolean =>
  round !== undefined && round.rows.length > 0 && round.missing.length === 0;

/** Whether an element became known only while or after the last reads were answered. */
function isLate(history: History, elements: Elements, rounds: Rounds, element: number): boolean {
  const known = knownAt(history, elements, element);
  return rounds.get(history.keyOfValue(element))!.rows.some((row) => history.invRank[row]! < known);
}

interface Durability {
  readonly elements: Elements;
  readonly rounds: Rounds;
  readonly present: Uint16Array;
  readonly lost: Int32Array;
  /** Some element is missing that was known only during the last reads. */
  readonly isLate: boolean;
}

function durabilityResult(
  history: History,
  { elements, rounds, present, lost, isLate }: Durability,
): ModelResult {
  const { rows: durable } = elements.durable;
  // An element that is there is not lost, whatever may have been meant to take it away.
  const excused = elements.excused.reduce(
    (count, one, element) =>
      count + (one === 1 && elements.knownBy[element] === NONE && present[element] === 0 ? 1 : 0),
    0,
  );
  const there = present.reduce(
    (count, one, element) => count + (one > 0 && elements.excused[element] === 1 ? 1 : 0),
    0,
  );
  const undecided = unreadWords(history, durable, rounds);
  if (isLate) undecided.push("adds were still going on during the last reads");
  if (durable.length + there === 0 && excused > 0)
    undecided.push(`${plural(excused, "element")} may have been removed, and nothing else was acknowledged`);
  const findings = {
    model: "no-lost-writes" as const,
    violations: lost.length,
    judged: durable.length + there,
    undecided,
    nothing: "no add was acknowledged",
  };
  return verdictOf(findings, objectsOf(history, ["set"]));
}

/** Which nodes were not read at the end, of the first key whose elements cannot be judged for that. */
function unreadWords(history: History, durable: Int32Array, rounds: Rounds): string[] {
  const unread = durable.find((element) => !isComplete(rounds.get(history.keyOfValue(element))));
  if (unread === undefined) return [];
  const key = history.keyOfValue(unread);
  const missing = rounds.get(key)?.missing ?? [];
  const nodes =
    missing.length === 0
      ? "no node was"
      : `${missing.join(", ")} ${missing.length === 1 ? "was" : "were"} not`;
  return [`${nodes} read at the end (${keyWords(history, key)})`];
}

const MODEL_OF = {
  "stale-read": "linearizable",
  "future-read": "linearizable",
  "unexpected-element": "causal",
} as const;

/** Such reads show that a set is not consistent; their absence does not show that it is. */
function brokenModels(history: History, collector: Collector): ModelResult[] {
  const types = Object.keys(MODEL_OF) as (keyof typeof MODEL_OF)[];
  const models = new Set(types.filter((type) => collector.count(type) > 0).map((type) => MODEL_OF[type]));
  return [...models].map((model) => ({ model, ...objectsOf(history, ["set"]), verdict: "violated" }));
}

function lostAnomaly(history: History, elements: Elements, rounds: Rounds, element: number): Anomaly {
  const key = history.keyOfValue(element);
  const rows = rounds.get(key)?.rows ?? [];
  const known = elements.knownBy[element]!;
  const how =
    known === elements.add[element]
      ? `acknowledged to ${whoWords(history, known)}${nodeWords(history, known, "by")}`
      : `read by ${whoWords(history, known)}${nodeWords(history, known, "from")}`;
  const nodes = rows.map((row) => history.nodeNames[history.node[row]!] ?? "the node");
  return {
    type: "lost-element",
    model: "no-lost-writes",
    key: keyWords(history, key),
    witness: indexesOf(history, [elements.firstAdd[element]!, elements.add[element]!, known, ...rows]),
    explanation: `element ${valueWords(history.valueOf(element))} of ${keyWords(history, key)}, ${how} ${whenWords(history, endOf(history, known))}, is on no node at the end (${nodes.join(", ")})`,
  };
}

function unexpectedAnomaly(
  history: History,
  elements: Elements,
  type: "unexpected-element" | "future-read",
  { row, element }: { readonly row: number; readonly element: number },
): Anomaly {
  const add = elements.add[element]!;
  const failed = add === NONE ? failedAdd(history, element) : NONE;
  const early = add === NONE ? "which no operation can have added" : "before its add began";
  const why =
    failed === NONE
      ? early
      : `although the only add of it, by ${whoWords(history, failed)}, certainly failed`;
  const key = keyWords(history, history.keyOfValue(element));
  return {
    type,
    model: MODEL_OF[type],
    key,
    witness: indexesOf(history, [add, failed, row]),
    explanation: `${whoWords(history, row)} read element ${valueWords(history.valueOf(element))} of ${key}${nodeWords(history, row, "from")} ${whenWords(history, endOf(history, row))}, ${why}`,
  };
}

/** A row that failed to add an element, or NONE. */
function failedAdd({ f, value, length }: History, element: number): number {
  for (let row = 0; row < length; row++) if (f[row] === ADD && value[row] === element) return row;
  return NONE;
}

function staleAnomaly(
  history: History,
  elements: Elements,
  { row, element, behind, missing }: StaleRead,
): Anomaly {
  const others = missing > 1 ? ` and ${missing - 1} more` : "";
  const key = keyWords(history, history.keyOfValue(element));
  return {
    type: "stale-read",
    model: "linearizable",
    key,
    witness: indexesOf(history, [
      elements.firstAdd[element]!,
      elements.add[element]!,
      elements.knownBy[element]!,
      row,
    ]),
    explanation: `${whoWords(history, row)} read ${key}${nodeWords(history, row, "from")} ${whenWords(history, history.invTime[row]!)} without element ${valueWords(history.valueOf(element))}${others}, which had been known ${agoWords(behind)}`,
  };
}

function indexesOf(history: History, rows: readonly number[]): number[] {
  const known = rows.filter((row) => row !== NONE);
  return [...new Set(known)].sort((a, b) => a - b).map((row) => history.invRank[row]!);
}

interface Findings {
  readonly history: History;
  readonly elements: Elements;
  readonly rounds: Rounds;
  readonly stale: StaleReads;
  readonly present: Uint16Array;
  readonly lost: Int32Array;
}

function statsOf({ history, elements, rounds, stale, present, lost }: Findings): SetStats {
  const durable = elements.durable.rows;
  const isLost = new Set(lost);
  const late = durable.filter(
    (element) => stale.lastAbsent[element]! > Number.NEGATIVE_INFINITY && !isLost.has(element),
  );
  const isAcknowledged = (element: number): boolean => history.status[elements.add[element]!] === STATUS.ok;
  const knownTime = (element: number): number => endOf(history, elements.knownBy[element]!);
  const copies = (element: number): number => rounds.get(history.keyOfValue(element))?.rows.length ?? 0;
  return {
    ...countAdds(history),
    lost: lost.filter(isAcknowledged).length,
    vanished: lost.filter((element) => !isAcknowledged(element)).length,
    diverged: durable.filter((element) => present[element]! > 0 && present[element]! < copies(element))
      .length,
    stale: late.length,
    neverRead: durable.filter((element) => elements.everRead[element] === 0 && copies(element) === 0).length,
    recovered: durable.filter((element) => !isAcknowledged(element) && !isLost.has(element)).length,
    unexpected: elements.unexpected.length,
    staleLatency: quantilesOf(Array.from(late, (element) => stale.lastAbsent[element]! - knownTime(element))),
    lostElements: Array.from(lost.subarray(0, MAX_LOST_LISTED), (element) => {
      const onlyRead = !isAcknowledged(element);
      const known = onlyRead ? elements.knownBy[element]! : elements.add[element]!;
      return {
        key: keyWords(history, history.keyOfValue(element)),
        element: history.valueOf(element),
        acknowledgedAt: endOf(history, known),
        onlyRead,
        node: history.nodeNames[history.node[known]!] ?? null,
        process: history.process[known]!,
      };
    }),
  };
}

function countAdds({ f, status, length }: History): { attempts: number; acknowledged: number } {
  let attempts = 0;
  let acknowledged = 0;
  for (let row = 0; row < length; row++) {
    if (f[row] !== ADD) continue;
    attempts++;
    if (status[row] === STATUS.ok) acknowledged++;
  }
  return { attempts, acknowledged };
}
