import type { Budget } from "#core/budget";
import { ABSENT, FLAG, type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import type { ObjectType } from "#core/operation";
import { canonicalJson } from "#core/value-table";
import { countReads } from "../counters/impossible-counts.ts";
import { tallies } from "../counters/tallies.ts";
import { isFinal, readBy } from "../registers/access.ts";
import { registerValues } from "../registers/register-values.ts";
import { unexplained, unexplainedNull } from "../registers/unexplained.ts";

/** A final read that shows what nobody can have put there by then. */
export interface UnexplainedFinal {
  readonly row: number;
  /** Value id of what it shows. */
  readonly value: number;
  /** Rows of operations that would have put it there, had they not failed, or begun earlier, or been more. */
  readonly others: readonly number[];
}

/**
 * Final reads out of thin air, of every type of object. What nobody put there no replica can have agreed on, so they count
 * against convergence and against no consistency model. Replicated data types are left to `crdt-semantics`, which judges
 * their last reads. Empty where a register's values cannot be traced or a container was not empty at first.
 */
export function unexplainedFinals(history: History, budget: Budget): UnexplainedFinal[] {
  const finals: number[] = [];
  for (let row = 0; row < history.length; row++) {
    if (!isFinal(history, row) || history.status[row] !== STATUS.ok || history.key[row] === NONE) continue;
    if (history.objectOf(history.key[row]!).crdt === undefined) finals.push(row);
  }
  if (finals.length === 0) return [];
  const byType = Map.groupBy(finals, (row) => history.objectOf(history.key[row]!).type);
  return [
    ...ofRegisters(history, byType.get("register") ?? []),
    ...ofElements(
      history,
      [...byType].flatMap(([type, rows]) => (HOLD_ELEMENTS.has(type) ? rows : [])),
      budget,
    ),
    ...(byType.has("counter") ? ofCounters(history, budget) : []),
  ].sort((a, b) => a.row - b.row);
}

function ofRegisters(history: History, rows: readonly number[]): UnexplainedFinal[] {
  const values = registerValues(history);
  const { writer, problems, strangeNull, firstDelete } = values;
  return rows.flatMap((row) => {
    const value = readBy(history, row);
    const key = history.key[row]!;
    if (value === ABSENT || (problems.has(key) && strangeNull[key] === 0)) return [];
    if (value === NONE) {
      const why = unexplainedNull(history, values, row);
      const later = why === "future-read" ? [history.rowOf(firstDelete[key]!)] : [];
      return why === undefined ? [] : [{ row, value, others: later }];
    }
    const from = writer[value]!;
    const why = unexplained(history, row, from);
    if (why === undefined) return [];
    return [{ row, value, others: why === "future-read" ? [from] : attemptsOf(history, value) }];
  });
}

function ofCounters(history: History, budget: Budget): UnexplainedFinal[] {
  return [...tallies(history, budget).tallies.values()]
    .filter(({ key }) => history.objectOf(key).crdt === undefined)
    .flatMap((tally) => {
      const reads = tally.reads.filter(({ row }) => isFinal(history, row));
      const others = [...tally.changes, ...tally.failed].map(({ row }) => row);
      return countReads(history, { ...tally, reads }, budget).impossible.map(({ row }) => ({
        row,
        value: history.value[row]!,
        others,
      }));
    });
}

const HOLD_ELEMENTS: ReadonlySet<ObjectType> = new Set<ObjectType>(["set", "list", "queue", "stack", "text"]);
const idsOf = (names: readonly OperationFunction[]): ReadonlySet<number> =>
  new Set(names.map((name) => FUNCTIONS.indexOf(name)));
const PUTS = idsOf(["add", "append", "enqueue", "push", "insert"]);
const SHOWS = idsOf(["read", "dequeue", "drain", "pop"]);

/** What an element is told by: of a text's characters the id, which operations and reads name beside other fields. */
const nameOf = (history: History, value: number): Json => {
  const element = history.valueOf(value);
  const isText = history.objectOf(history.keyOfValue(value)).type === "text";
  return isText && typeof element === "object" && element !== null && "id" in element
    ? (element["id"] as Json)
    : element;
};

/** Elements shown more often than they were there at first and put in since; only lists show one more than once. */
function ofElements(history: History, rows: readonly number[], budget: Budget): UnexplainedFinal[] {
  if (rows.length === 0) return [];
  const textual = (value: number): string =>
    `${history.keyOfValue(value)} ${canonicalJson(nameOf(history, value))}`;
  const puts = new Map<string, number[]>();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    if (!PUTS.has(history.f[row]!) || history.value[row] === NONE || history.key[row] === NONE) continue;
    const name = textual(history.value[row]!);
    const before = puts.get(name);
    if (before === undefined) puts.set(name, [row]);
    else before.push(row);
  }
  return rows.flatMap((row) => {
    if (!SHOWS.has(history.f[row]!)) return [];
    const initial = initialCounts(history.objectOf(history.key[row]!).initial);
    const counts = new Map<string, { value: number; times: number }>();
    for (const value of shownIn(history, row)) {
      budget.tick();
      const name = textual(value);
      counts.set(name, { value, times: (counts.get(name)?.times ?? 0) + 1 });
    }
    return [...counts].flatMap(([name, { value, times }]) => {
      const attempts = puts.get(name) ?? [];
      const began = attempts.filter(
        (put) => mayHavePut(history, put) && history.invRank[put]! < history.retRank[row]!,
      );
      const isList = history.objectOf(history.key[row]!).type === "list";
      const possible = began.length + (initial.get(canonicalJson(nameOf(history, value))) ?? 0);
      return possible >= (isList ? times : 1) ? [] : [{ row, value, others: attempts }];
    });
  });
}

function shownIn(history: History, row: number): readonly number[] {
  if ((history.flags[row]! & FLAG.list) !== 0)
    return [...history.elementsOf(row)].filter((value) => value !== NONE);
  return history.value[row] === NONE ? [] : [history.value[row]!];
}

/** Whether it put something in or may have: a refused operation did nothing. */
const mayHavePut = ({ status, flags }: History, row: number): boolean =>
  status[row] !== STATUS.fail && !(status[row] === STATUS.ok && (flags[row]! & FLAG.resultFalse) !== 0);

function initialCounts(initial: Json): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  if (!Array.isArray(initial)) return counts;
  for (const element of initial as readonly Json[]) {
    const name = canonicalJson(element);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Writes of a value that certainly failed. */
function attemptsOf(history: History, value: number): number[] {
  const rows: number[] = [];
  for (let row = 0; row < history.length; row++) {
    if (history.status[row] === STATUS.fail && history.value[row] === value) rows.push(row);
  }
  return rows;
}
