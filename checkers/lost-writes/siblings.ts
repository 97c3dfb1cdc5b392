import type { Budget } from "#core/budget";
import { type History, NONE, STATUS } from "#core/history";
import type { Anomaly } from "#core/verdict";
import type { LastRound } from "../last-round.ts";
import { registerValues, SOURCE } from "../registers/register-values.ts";
import { endOf, keyWords, nodeWords, plural, valueWords, whenWords, whoWords } from "../words.ts";
import { isLate, LATE, roundProblem } from "./last-reads.ts";
import { shownBy, type SiblingKey, siblingKeys, type Update } from "./sights.ts";

export interface SiblingLosses {
  readonly losses: readonly SiblingLoss[];
  /** By key: why a loss cannot be excluded. */
  readonly undecided: ReadonlyMap<number, string>;
  /** Updates that were acknowledged or read. */
  readonly judged: number;
}

/** The lost updates of one key: the latest of them. */
export interface SiblingLoss {
  readonly count: number;
  readonly anomaly: () => Anomaly;
}

interface Lost {
  readonly update: Update;
  /** What shows that it happened. */
  readonly proofRow: number;
  /** Of a deletion: the value that is back. */
  readonly back?: number;
}

/**
 * Lost writes of registers that keep concurrent values side by side. A write is there in the end if some last read shows it, or
 * something that is there may have taken its place; a deletion leaves nothing to show, and counts as there. What is known to have
 * happened and is not there is lost. So is a deletion of a value that its session had certainly seen and that every
 * last read shows. Sources: DeCandia et al. 2007 (Dynamo) §4.4; Preguiça et al. 2010. O(operations + siblings read).
 */
export function siblingLosses(
  history: History,
  rounds: ReadonlyMap<number, LastRound>,
  budget: Budget,
): SiblingLosses {
  const losses: SiblingLoss[] = [];
  const undecided = new Map<number, string>();
  let judged = 0;
  for (const [key, of] of siblingKeys(history)) {
    budget.tick();
    const known = of.updates.flatMap((update) => knownBy(history, of, update) ?? []);
    judged += known.length;
    if (known.length === 0) continue;
    const round = rounds.get(key);
    const problem = roundProblem(round) ?? valuesProblem(history, of, round!);
    if (round === undefined || problem !== undefined) {
      undecided.set(key, problem ?? "not read at the end");
      continue;
    }
    const there = thereInTheEnd(history, of, round, budget);
    const everywhere = shownByAll(history, round);
    const lost = known.flatMap((one) => lostOne(one, there, everywhere) ?? []);
    const certain = lost.filter(({ proofRow }) => !isLate(history, round, proofRow));
    const latest = certain.at(-1);
    if (latest !== undefined)
      losses.push({
        count: certain.length,
        anomaly: () => anomalyOf(history, of, round, latest, certain.length),
      });
    else if (lost.length > 0) undecided.set(key, LATE);
  }
  return { losses, undecided, judged };
}

/** Deletions have no value of their own, and are known only if they were acknowledged. */
function knownBy(history: History, { readers }: SiblingKey, update: Update): Lost | undefined {
  if (history.status[update.row] === STATUS.ok) return { update, proofRow: update.row };
  const reader = readers.get(update.value);
  return reader === undefined ? undefined : { update, proofRow: reader };
}

function valuesProblem(history: History, { updates }: SiblingKey, { rows }: LastRound): string | undefined {
  const { writer } = registerValues(history);
  const again = updates.find(({ value }) => value >= 0 && writer[value] === SOURCE.ambiguous);
  if (again !== undefined) return `${valueWords(history.valueOf(again.value))} was written more than once`;
  const strange = rows
    .flatMap((row) => shownBy(history, row))
    .find((value) => writer[value]! < 0 && writer[value] !== SOURCE.initial);
  return strange === undefined
    ? undefined
    : `nobody wrote ${valueWords(history.valueOf(strange))}, which it shows at the end`;
}

/** Rows of the updates that are shown in the end, or whose place something that is there may have taken. */
function thereInTheEnd(
  history: History,
  { updates }: SiblingKey,
  round: LastRound,
  budget: Budget,
): ReadonlySet<number> {
  const shown = new Set(round.rows.flatMap((row) => shownBy(history, row)));
  const byRow = new Map(updates.map((update) => [update.row, update]));
  const there = new Set<number>();
  const open: Update[] = [];
  const add = (update: Update | undefined): void => {
    if (update === undefined || there.has(update.row)) return;
    there.add(update.row);
    open.push(update);
  };
  for (const update of updates) if (update.value === NONE || shown.has(update.value)) add(update);
  /** How many updates, in order of their invocations, are covered by one that may cover anything. */
  let covered = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    budget.tick();
    if (next.covers !== "anything") {
      for (const row of next.covers) add(byRow.get(row));
      continue;
    }
    const before = latestEffect(history, next);
    while (covered < updates.length && history.invRank[updates[covered]!.row]! < before)
      add(updates[covered++]);
  }
  return there;
}

/** The rank before which an update certainly took effect. */
function latestEffect(history: History, { row, value }: Update): number {
  const ret = history.retRank[row]!;
  return value < 0 ? ret : Math.min(ret, registerValues(history).earliest[value]!);
}

function shownByAll(history: History, { rows }: LastRound): ReadonlySet<number> {
  const [first, ...others] = rows.map((row) => new Set(shownBy(history, row)));
  return others.reduce((both, one) => both.intersection(one), first ?? new Set());
}

function lostOne(one: Lost, there: ReadonlySet<number>, everywhere: ReadonlySet<number>): Lost | undefined {
  const { row, removes } = one.update;
  if (!there.has(row)) return one;
  const back = [...everywhere].find((value) => removes.has(value));
  return back === undefined ? undefined : { ...one, back };
}

function anomalyOf(
  history: History,
  { updates }: SiblingKey,
  round: LastRound,
  lost: Lost,
  count: number,
): Anomaly {
  const { update, proofRow, back } = lost;
  const { writer, earliestRow } = registerValues(history);
  const sight = back === undefined ? [] : [update.removes.get(back)!];
  const values = [...round.rows, proofRow, ...sight].flatMap((row) => shownBy(history, row));
  const isAnything = new Set(updates.flatMap(({ row, covers }) => (covers === "anything" ? [row] : [])));
  const supports = values.flatMap((value) => {
    const from = writer[value]!;
    return isAnything.has(from) ? [from, earliestRow[value]!] : [from];
  });
  const rows = [update.row, proofRow, ...sight, ...supports, ...round.rows].filter((row) => row >= 0);
  return {
    type: "lost-write",
    model: "no-lost-writes",
    key: history.keys[history.key[update.row]!]!,
    witness: [...new Set(rows)].sort((a, b) => a - b).map((row) => history.invRank[row]!),
    explanation: sentence(history, round, lost, count),
  };
}

function sentence(history: History, round: LastRound, lost: Lost, count: number): string {
  const { update, proofRow, back } = lost;
  const key = keyWords(history, history.key[update.row]!);
  const when = whenWords(history, endOf(history, proofRow));
  const others = count > 1 ? `, with ${plural(count - 1, "earlier write")}` : "";
  if (back !== undefined) {
    const value = valueWords(history.valueOf(back));
    return `the deletion of ${key} by ${whoWords(history, update.row)}${nodeWords(history, update.row, "on")}, acknowledged ${when}, is lost${others}: at the end every node shows ${value}, which it had seen`;
  }
  const how =
    proofRow === update.row
      ? `acknowledged to ${whoWords(history, proofRow)}${nodeWords(history, proofRow, "by")}`
      : `read by ${whoWords(history, proofRow)}${nodeWords(history, proofRow, "from")}`;
  const shown = [...new Set(round.rows.flatMap((row) => shownBy(history, row)))];
  const words = shown.map((value) => valueWords(history.valueOf(value))).join(", ") || "nothing";
  return `${key} = ${valueWords(history.valueOf(update.value))}, ${how} ${when}, is lost${others}: at the end the nodes show ${words}, and nothing that may have taken its place is there`;
}
