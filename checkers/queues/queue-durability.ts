import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { isFinal } from "../registers/access.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, plural, someOf, valueWords, whenWords, whoWords } from "../words.ts";
import {
  CONTAINERS,
  type Contents,
  contentsOf,
  doubtOf,
  missingFrom,
  possibleTakes,
  putsIn,
  takeWords,
} from "./contents.ts";

/**
 * Elements of queues and stacks, in any order: *lost* if acknowledged and never taken out although, after it and after the last fault
 * was healed, every node that handed out elements had nothing left (by the final operations, if there are any); *duplicated* if taken out more often than put in;
 * *unexpected* if taken out and never put in, which breaks even causal consistency (in a final
 * operation: `convergence`). An indefinite dequeue may have taken one
 * element, an indefinite drain all. At-least-once queues may hand out twice, and linearizability judges that: it is counted
 * only. Source: Jepsen's total-queue, less what indefinite dequeues may have taken.
 */
export const queueDurability: Checker = {
  name: "queue-durability",
  summary: "elements of queues and stacks: lost, duplicated, unexpected",
  models: ["no-lost-writes", "causal"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, CONTAINERS) && history.f.some((_, row) => putsIn(history, row)),
  check,
};

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const undecided = new Map<number, string>();
  const stats = { attempts: 0, acknowledged: 0, lost: 0, recovered: 0, duplicated: 0, unexpected: 0 };
  for (const [key, contents] of contentsOf(history, budget)) {
    const missing = missingFrom(history, contents);
    // What comes out unasked may have been there from the start.
    const isFilled = isFilledAtFirst(history.objectOf(key).initial);
    stats.attempts += total(contents.attempted);
    stats.acknowledged += total(contents.acknowledged);
    for (const [value, rows] of contents.taken) {
      budget.tick();
      const attempted = contents.attempted.get(value)?.length ?? 0;
      const acknowledged = contents.acknowledged.get(value)?.length ?? 0;
      stats.recovered += Math.max(0, Math.min(rows.length, attempted) - acknowledged);
      if (attempted > 0 && rows.length > attempted) stats.duplicated++;
      if (attempted > 0 || isFilled) continue;
      stats.unexpected++;
      const during = rows.find((row) => !isFinal(history, row));
      if (during === undefined) continue;
      collector.add("unexpected-element", 0, () => unexpectedAnomaly(history, contents, value, during));
    }
    const doubt = missing.length === 0 ? undefined : doubtOf(history, contents, missing);
    if (doubt !== undefined) undecided.set(key, doubt);
    else if (missing.length > 0) stats.lost += addLosses(history, collector, contents, missing);
  }
  return {
    results: [
      durability(history, stats, undecided),
      ...(collector.count("unexpected-element") > 0
        ? [{ model: "causal" as const, ...objectsOf(history, CONTAINERS), verdict: "violated" as const }]
        : []),
    ],
    anomalies: collector.anomalies,
    counts: { ...collector.counts, ...(stats.lost > 0 ? { "lost-element": stats.lost } : {}) },
    stats: { queue: stats },
  };
}

function durability(
  history: History,
  stats: { readonly lost: number; readonly acknowledged: number },
  undecided: ReadonlyMap<number, string>,
): ModelResult {
  const findings = {
    model: "no-lost-writes" as const,
    violations: stats.lost,
    judged: stats.acknowledged,
    undecided: problemWords(history, undecided),
    nothing: "nothing that was put in was acknowledged",
  };
  return verdictOf(findings, objectsOf(history, CONTAINERS));
}

const isFilledAtFirst = (initial: Json): boolean =>
  initial !== null && !(Array.isArray(initial) && initial.length === 0);

const total = (rows: ReadonlyMap<number, readonly number[]>): number =>
  Iterator.from(rows.values()).reduce((sum, one) => sum + one.length, 0);

/** @returns how many elements are lost at least */
function addLosses(
  history: History,
  collector: Collector,
  contents: Contents,
  missing: readonly number[],
): number {
  const takes = possibleTakes(history, contents);
  if (takes.length > 0) {
    collector.add("lost-element", 0, () => someLostAnomaly(history, contents, missing, takes));
    return missing.length - takes.length;
  }
  for (const row of missing) {
    collector.add("lost-element", -endOf(history, row), () => lostAnomaly(history, contents, row));
  }
  return missing.length;
}

const elementWords = (history: History, row: number): string =>
  valueWords(history.valueOf(history.value[row]!));

/** Who found the queue empty last. */
function emptyWords(history: History, { emptied }: Contents): string {
  const [last] = [...emptied.values()].sort((a, b) => history.retRank[b]! - history.retRank[a]!);
  return `${whoWords(history, last!)} found the ${history.objectOf(history.key[last!]!).type} empty ${whenWords(history, endOf(history, last!))}`;
}

/** How often an element came out that is missing. */
function comingOutWords({ acknowledged, taken }: Contents, value: number): string {
  const times = taken.get(value)?.length ?? 0;
  const wanted = acknowledged.get(value)!.length;
  if (times === 0) return "never came out";
  if (times < wanted) return `came out only ${plural(times, "time")} of ${wanted}`;
  return wanted === 1
    ? "came out only before it went in"
    : `came out ${plural(times, "time")}, not always after it went in`;
}

function lostAnomaly(history: History, contents: Contents, row: number): Anomaly {
  const key = keyWords(history, history.key[row]!);
  return {
    type: "lost-element",
    model: "no-lost-writes",
    key: history.keys[history.key[row]!]!,
    witness: indexesOf(history, [...dealingsOf(history, contents, row), ...contents.emptied.values()]),
    explanation: `element ${elementWords(history, row)} of ${key}, acknowledged to ${whoWords(history, row)}${nodeWords(history, row, "by")} ${whenWords(history, endOf(history, row))}, ${comingOutWords(contents, history.value[row]!)}, and ${emptyWords(history, contents)}`,
  };
}

function someLostAnomaly(
  history: History,
  contents: Contents,
  missing: readonly number[],
  takes: readonly number[],
): Anomaly {
  const first = missing[0]!;
  const names = someOf(
    missing.map((row) => elementWords(history, row)),
    5,
  );
  // One element more than could have been taken, and all that was done to those.
  const enough = missing.slice(0, takes.length + 1);
  const dealings = enough.flatMap((row) => dealingsOf(history, contents, row));
  return {
    type: "lost-element",
    model: "no-lost-writes",
    key: history.keys[history.key[first]!]!,
    witness: indexesOf(history, [...dealings, ...takes, ...contents.emptied.values()]),
    explanation: `${plural(missing.length, "acknowledged element")} of ${keyWords(history, history.key[first]!)} (${names}) never came out, ${plural(takes.length, takeWords(history, takes))} may have taken one each, and ${emptyWords(history, contents)}: at least ${missing.length - takes.length} of them ${missing.length - takes.length === 1 ? "is" : "are"} lost`,
  };
}

/** All enqueues and dequeues of the element that a row put in. */
function dealingsOf(history: History, { attempted, taken }: Contents, row: number): number[] {
  const value = history.value[row]!;
  return [...(attempted.get(value) ?? []), ...(taken.get(value) ?? [])];
}

function unexpectedAnomaly(history: History, { failed }: Contents, value: number, row: number): Anomaly {
  const failure = failed.get(value);
  const why =
    failure === undefined
      ? "which nobody put in"
      : `although the only ${FUNCTIONS[history.f[failure]!]} of it, by ${whoWords(history, failure)}, certainly failed`;
  return {
    type: "unexpected-element",
    model: "causal",
    key: history.keys[history.key[row]!]!,
    witness: indexesOf(history, failure === undefined ? [row] : [failure, row]),
    explanation: `${whoWords(history, row)} took ${valueWords(history.valueOf(value))} out of ${keyWords(history, history.key[row]!)}${nodeWords(history, row, "on")} ${whenWords(history, endOf(history, row))}, ${why}`,
  };
}

const indexesOf = (history: History, rows: readonly number[]): number[] =>
  [...new Set(rows)]
    .filter((row) => row !== NONE)
    .map((row) => history.invRank[row]!)
    .sort((a, b) => a - b);
