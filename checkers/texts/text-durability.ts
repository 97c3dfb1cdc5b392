import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import type { Anomaly } from "#core/verdict";
import { canonicalJson } from "#core/value-table";
import { Collector } from "../collector.ts";
import { type LastRound, lastRounds } from "../last-round.ts";
import { holds, objectsOf, problemWords, verdictOf } from "../verdicts.ts";
import { endOf, keyWords, nodeWords, valueWords, whenWords, whoWords } from "../words.ts";

const INSERT = FUNCTIONS.indexOf("insert");
const ERASE = FUNCTIONS.indexOf("erase");
const READ = FUNCTIONS.indexOf("read");

/**
 * Characters of texts, however the store merges them. A character is *known* once its insertion was acknowledged or a read
 * showed it; it is *lost* if every last-round read on every node lacks it although no erasure may have taken it away. One on some nodes only
 * has diverged, which `convergence` judges; the order is the matter of `crdt-semantics`, where the header claims one. O(operations + characters read).
 */
export const textDurability: Checker = {
  name: "text-durability",
  summary: "characters of texts that were acknowledged, never erased, and are gone",
  models: ["no-lost-writes"],
  partition: "key",
  needsRealTime: true,
  applies: (history) => holds(history, ["text"]),
  check,
};

/** One inserted character. */
interface Char {
  readonly key: number;
  /** Rows of its insertions that happened or may have. */
  readonly inserts: number[];
  /** The row whose return made it known. */
  knownBy: number | undefined;
  isErasable: boolean;
}

function check(history: History, budget: Budget): CheckResult {
  const chars = charsOf(history, budget);
  const rounds = lastRounds(history);
  const shown = new Set<Char>();
  for (const round of rounds.values()) {
    for (const row of round.rows) for (const char of shownBy(history, row, chars)) shown.add(char);
  }
  const collector = new Collector();
  const undecided = new Map<number, string>();
  let known = 0;
  for (const char of chars.values()) {
    budget.tick();
    const { knownBy, isErasable, key } = char;
    if (knownBy === undefined || isErasable) continue;
    known++;
    const round = rounds.get(key);
    const problem = problemOf(round);
    if (round === undefined || problem !== undefined) undecided.set(key, problem ?? "not read at the end");
    else if (!shown.has(char))
      collector.add("lost-char", -endOf(history, knownBy), () => anomalyOf(history, char, knownBy, round));
  }
  const findings = {
    model: "no-lost-writes" as const,
    violations: collector.count("lost-char"),
    judged: known,
    undecided: problemWords(history, undecided),
    nothing: "no character was acknowledged",
  };
  return {
    results: [verdictOf(findings, objectsOf(history, ["text"]))],
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

/** By key and name. What only reads show was inserted by nobody, and cannot be lost. */
function charsOf(history: History, budget: Budget): Map<string, Char> {
  const chars = new Map<string, Char>();
  const erased = new Set<string>();
  const reads: number[] = [];
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || history.objectOf(key).type !== "text" || history.status[row] === STATUS.fail)
      continue;
    if (history.f[row] === READ) {
      if (history.status[row] === STATUS.ok) reads.push(row);
      continue;
    }
    const name = nameOf(key, history.valueOf(history.value[row]!));
    if (name === undefined) continue;
    if (history.f[row] === ERASE) erased.add(name);
    else if (history.f[row] === INSERT && (history.flags[row]! & FLAG.resultFalse) === 0) {
      const char = chars.get(name) ?? { key, inserts: [], knownBy: undefined, isErasable: false };
      char.inserts.push(row);
      chars.set(name, char);
      if (history.status[row] === STATUS.ok) becomesKnown(history, char, row);
    }
  }
  for (const row of reads) {
    budget.tick();
    for (const char of shownBy(history, row, chars)) {
      const isPossible = char.inserts.some((insert) => history.invRank[insert]! < history.retRank[row]!);
      if (isPossible) becomesKnown(history, char, row);
    }
  }
  for (const name of erased) {
    const char = chars.get(name);
    if (char !== undefined) char.isErasable = true;
  }
  return chars;
}

function becomesKnown(history: History, char: Char, row: number): void {
  if (char.knownBy === undefined || history.retRank[row]! < history.retRank[char.knownBy]!)
    char.knownBy = row;
}

function* shownBy(history: History, row: number, chars: ReadonlyMap<string, Char>): Generator<Char> {
  for (const element of history.elementsOf(row)) {
    const name = nameOf(history.key[row]!, history.valueOf(element));
    const char = name === undefined ? undefined : chars.get(name);
    if (char !== undefined) yield char;
  }
}

/** Of a character with an `id`; names of different texts differ. */
function nameOf(key: number, value: Json): string | undefined {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
  const { id } = value as { readonly id?: Json };
  return id === undefined ? undefined : `${key} ${canonicalJson(id)}`;
}

function problemOf(round: LastRound | undefined): string | undefined {
  if (round === undefined || round.rows.length === 0) return "no node was read at the end";
  return round.missing.length > 0 ? `${round.missing.join(", ")}: not read at the end` : undefined;
}

function anomalyOf(history: History, { key, inserts }: Char, knownBy: number, round: LastRound): Anomaly {
  const [insert] = inserts;
  const { char = null } = history.valueOf(history.value[insert!]!) as { readonly char?: Json };
  const how =
    history.f[knownBy] === INSERT
      ? `acknowledged to ${whoWords(history, knownBy)}${nodeWords(history, knownBy, "by")}`
      : `read by ${whoWords(history, knownBy)}${nodeWords(history, knownBy, "from")}`;
  const nodes = round.rows.map((row) => history.nodeNames[history.node[row]!] ?? "the node");
  const rows = [...new Set([insert!, knownBy, ...round.rows])].sort((a, b) => a - b);
  return {
    type: "lost-char",
    model: "no-lost-writes",
    key: history.keys[key]!,
    witness: rows.map((row) => history.invRank[row]!),
    explanation: `the character ${valueWords(char)} of ${keyWords(history, key)}, ${how} ${whenWords(history, endOf(history, knownBy))}, is on no node at the end (${nodes.join(", ")}), and nobody erased it`,
  };
}
