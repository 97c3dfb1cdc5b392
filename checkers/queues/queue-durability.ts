import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/operation";
import type { Anomaly, ModelResult } from "#core/verdict";
import { Collector } from "../collector.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";

const ENQUEUE = FUNCTIONS.indexOf("enqueue");
const DEQUEUE = FUNCTIONS.indexOf("dequeue");
const DRAIN = FUNCTIONS.indexOf("drain");

/**
 * Elements of queues, in any order: *lost* if acknowledged and never taken out although the queue was emptied after it,
 * *duplicated* if taken out more often than put in, *unexpected* if taken out and never put in. Only losing is judged here
 * (at-least-once queues may hand out twice, and linearizability judges the rest); the others are counted.
 * Source: Jepsen's total-queue, less the elements that indefinite dequeues may have taken.
 */
export const queueDurability: Checker = {
  name: "queue-durability",
  summary: "elements of queues: lost, duplicated, unexpected",
  models: ["no-lost-writes"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["queue"]) && history.f.some((f) => f === ENQUEUE),
  check,
};

/** What went into one queue and came out. */
interface Contents {
  /** By value id: acknowledged enqueues; how many may have happened; when those returned that took it out. */
  readonly acknowledged: Map<number, number[]>;
  readonly attempted: Map<number, number>;
  readonly taken: Map<number, number[]>;
  /** Dequeues and drains that may have taken anything. */
  readonly takes: number[];
  /** The latest operation that left the queue empty, and the latest return of an enqueue. */
  emptied: number;
  lastEnqueue: number;
}

function check(history: History, budget: Budget): CheckResult {
  const collector = new Collector();
  const undecided = new Map<number, string>();
  const stats = { attempts: 0, acknowledged: 0, lost: 0, duplicated: 0, unexpected: 0 };
  for (const [key, contents] of contentsOf(history, budget)) {
    const lost = missing(history, contents);
    stats.attempts += total(contents.attempted.values());
    stats.acknowledged += total(Array.from(contents.acknowledged.values(), (rows) => rows.length));
    for (const [value, { length: times }] of contents.taken) {
      const attempted = contents.attempted.get(value) ?? 0;
      if (attempted === 0) stats.unexpected++;
      else if (times > attempted) stats.duplicated++;
    }
    const doubt = doubtOf(history, contents, lost);
    if (doubt !== undefined && lost.length > 0) undecided.set(key, doubt);
    else {
      stats.lost += lost.length;
      for (const row of lost) {
        collector.add("lost-element", -endOf(history, row), () => lostAnomaly(history, contents, row));
      }
    }
  }
  return {
    results: [result(history, collector, undecided, stats.acknowledged)],
    anomalies: collector.anomalies,
    counts: collector.counts,
    stats: { queue: stats },
  };
}

function result(
  history: History,
  collector: Collector,
  undecided: ReadonlyMap<number, string>,
  acknowledged: number,
): ModelResult {
  const findings = {
    model: "no-lost-writes" as const,
    violations: collector.count("lost-element"),
    judged: acknowledged,
    undecided: problemWords(history, undecided),
    nothing: "no enqueue was acknowledged",
  };
  return verdictOf(findings, objectsOf(history, ["queue"]));
}

const total = (counts: Iterable<number>): number => Iterator.from(counts).reduce((sum, one) => sum + one, 0);

function contentsOf(history: History, budget: Budget): ReadonlyMap<number, Contents> {
  const all = new Map<number, Contents>();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || history.objectOf(key).type !== "queue" || history.status[row] === STATUS.fail)
      continue;
    const contents = all.get(key) ?? emptyContents();
    all.set(key, contents);
    if (history.f[row] === ENQUEUE) noteEnqueue(history, contents, row);
    else if (history.f[row] === DEQUEUE || history.f[row] === DRAIN) noteDequeue(history, contents, row);
  }
  return all;
}

const emptyContents = (): Contents => ({
  acknowledged: new Map(),
  attempted: new Map(),
  taken: new Map(),
  takes: [],
  emptied: NONE,
  lastEnqueue: NONE,
});

function noteEnqueue(history: History, contents: Contents, row: number): void {
  const value = history.value[row]!;
  const isOk = history.status[row] === STATUS.ok;
  if (isOk && (history.flags[row]! & FLAG.resultFalse) !== 0) return;
  contents.attempted.set(value, (contents.attempted.get(value) ?? 0) + 1);
  if (!isOk) return;
  push(contents.acknowledged, value, row);
  contents.lastEnqueue = Math.max(contents.lastEnqueue, history.retRank[row]!);
}

function noteDequeue(history: History, contents: Contents, row: number): void {
  if (history.status[row] !== STATUS.ok) {
    contents.takes.push(row);
    return;
  }
  const value = history.value[row]!;
  const isList = (history.flags[row]! & FLAG.list) !== 0;
  const taken = isList ? history.elementsOf(row) : value === NONE ? [] : [value];
  for (const element of taken) push(contents.taken, element, history.retRank[row]!);
  // A drain goes on until nothing is left; a dequeue that finds nothing shows the same.
  const isEmpty = history.f[row] === DRAIN || (value === NONE && !isList);
  if (isEmpty && (contents.emptied === NONE || history.invRank[row]! > history.invRank[contents.emptied]!)) {
    contents.emptied = row;
  }
}

function push(lists: Map<number, number[]>, value: number, item: number): void {
  const list = lists.get(value);
  if (list === undefined) lists.set(value, [item]);
  else list.push(item);
}

/** Acknowledged enqueues whose value did not come out after they had begun, each of equal ones having come out by itself. */
function missing(history: History, { acknowledged, taken }: Contents): number[] {
  return Array.from(acknowledged, ([value, rows]) => {
    const returns = (taken.get(value) ?? []).toSorted((a, b) => b - a);
    let next = 0;
    // The later an enqueue began, the fewer can have taken out its element: it goes first.
    return rows.toReversed().filter((row) => {
      const isTaken = (returns[next] ?? NONE) > history.invRank[row]!;
      if (isTaken) next++;
      return !isTaken;
    });
  }).flat();
}

/** Why missing elements need not be lost. */
function doubtOf(history: History, contents: Contents, lost: readonly number[]): string | undefined {
  const { emptied, takes, lastEnqueue } = contents;
  if (emptied === NONE || history.invRank[emptied]! < lastEnqueue) {
    return `${plural(lost.length, "element")} never came out, but the queue was not emptied at the end`;
  }
  if (takes.length === 0) return undefined;
  const indefinite = plural(takes.length, "indefinite dequeue");
  return `${plural(lost.length, "element")} never came out, but ${indefinite} may have taken them`;
}

function lostAnomaly(history: History, { emptied }: Contents, row: number): Anomaly {
  const key = keyWords(history, history.key[row]!);
  const value = valueWords(history.valueOf(history.value[row]!));
  return {
    type: "lost-element",
    model: "no-lost-writes",
    key: history.keys[history.key[row]!]!,
    witness: [history.invRank[row]!, history.invRank[emptied]!].sort((a, b) => a - b),
    explanation: `element ${value} of ${key}, acknowledged to ${whoWords(history, row)}${nodeWords(history, row, "by")} ${whenWords(history, endOf(history, row))}, never came out, and ${whoWords(history, emptied)} found the queue empty ${whenWords(history, endOf(history, emptied))}`,
  };
}
