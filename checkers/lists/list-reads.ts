import type { Budget } from "#core/budget";
import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { type Groups, groupRows, rowsWhere } from "../groups.ts";
import { initialList, listProblem, shownBy } from "../search/models/list.ts";

const APPEND = FUNCTIONS.indexOf("append");
const READ = FUNCTIONS.indexOf("read");

/** An element that a read shows although it cannot be there, or not so often. */
export interface Impossible {
  readonly type: "thin-air-read" | "aborted-read" | "future-read" | "duplicate-element";
  readonly row: number;
  readonly element: number;
}

/** What was appended to lists, and what reads showed of it. Columns are by value id. */
export interface ListReads {
  /** Rows of the appends that may have happened, by element. */
  readonly appends: Groups;
  /** How many of them were acknowledged. */
  readonly acknowledged: Uint32Array;
  /** A row that failed to append it, or NONE. */
  readonly failed: Int32Array;
  /** How often it was there from the start. */
  readonly initial: ReadonlyMap<number, number>;
  /** How many appends certainly happened: acknowledged ones, or those that one read shows. */
  readonly certain: Uint32Array;
  /** The read that shows more of them than were acknowledged, or NONE. */
  readonly shownBy: Int32Array;
  /** Ok reads, also final ones, in order. */
  readonly reads: Int32Array;
  readonly impossible: readonly Impossible[];
  /** By key: why its operations do not fit a list. */
  readonly problems: ReadonlyMap<number, string>;
  /** By key: value ids of the initial list. */
  readonly initialOf: ReadonlyMap<number, readonly number[]>;
}

/** O(operations + elements read). */
export function listReads(history: History, budget: Budget): ListReads {
  const { problems, initialOf } = listKeys(history);
  const isList = (row: number): boolean => initialOf.has(history.key[row]!);
  const rows = rowsWhere(history.length, (row) => isList(row) && mayAppend(history, row));
  const acknowledged = new Uint32Array(history.valueCount);
  for (const row of rows) if (history.status[row] === STATUS.ok) acknowledged[history.value[row]!]!++;
  const failed = new Int32Array(history.valueCount).fill(NONE);
  for (let row = 0; row < history.length; row++) {
    const isFailed = history.f[row] === APPEND && history.status[row] === STATUS.fail;
    if (isFailed && isList(row) && history.value[row]! >= 0) failed[history.value[row]!] = row;
  }
  const draft = {
    appends: groupRows(rows, history.value, history.valueCount),
    acknowledged,
    failed,
    initial: countsOf([...initialOf.values()].flat()),
    certain: acknowledged.slice(),
    shownBy: new Int32Array(history.valueCount).fill(NONE),
    reads: rowsWhere(
      history.length,
      (row) => isList(row) && history.f[row] === READ && history.status[row] === STATUS.ok,
    ),
    impossible: [] as Impossible[],
    problems,
    initialOf,
  };
  for (const row of draft.reads) collectRead(history, draft, row, budget);
  return draft;
}

/** Whether a row is an append that happened or may happen. */
const mayAppend = ({ f, status, flags }: History, row: number): boolean =>
  f[row] === APPEND && status[row] !== STATUS.fail && (flags[row]! & FLAG.resultFalse) === 0;

/** Keys of lists: those that only lists explain, with what they held at first, and why the others are none. */
function listKeys(history: History): Pick<ListReads, "problems" | "initialOf"> {
  const problems = new Map<number, string>();
  const initialOf = new Map<number, readonly number[]>();
  for (let key = 0; key < history.keys.length; key++) {
    if (history.objectOf(key).type !== "list") continue;
    const initial = initialList(history, key);
    if (initial === undefined) problems.set(key, "its initial value is no list");
    else initialOf.set(key, initial);
  }
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    const problem = initialOf.has(key) ? listProblem(history, row) : undefined;
    if (problem !== undefined && history.status[row] !== STATUS.fail) problems.set(key, problem);
  }
  for (const key of problems.keys()) initialOf.delete(key);
  return { problems, initialOf };
}

/** How often each of these ids comes. */
export function countsOf(ids: Iterable<number>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

type Draft = ListReads & { readonly impossible: Impossible[] };

function collectRead(history: History, draft: Draft, row: number, budget: Budget): void {
  const elements = shownBy(history, row, draft.initialOf.get(history.key[row]!)!);
  for (const [element, times] of countsOf(elements)) {
    budget.tick();
    const initial = draft.initial.get(element) ?? 0;
    if (element < 0) {
      // Null, or an element of the initial list that nobody named.
      if (times > initial) draft.impossible.push({ type: "thin-air-read", row, element });
      continue;
    }
    const begun = begunBefore(history, draft, element, history.retRank[row]!);
    const shown = Math.min(times - initial, begun);
    if (shown > draft.certain[element]!) {
      draft.certain[element] = shown;
      draft.shownBy[element] = row;
    }
    if (times > initial + begun) {
      draft.impossible.push({ type: typeOf(draft, element, times - initial, initial), row, element });
    }
  }
}

/** How many appends of an element were invoked before a rank. */
function begunBefore(history: History, { appends }: ListReads, element: number, rank: number): number {
  let count = 0;
  for (let i = appends.start[element]!; i < appends.start[element + 1]!; i++) {
    if (history.invRank[appends.rows[i]!]! < rank) count++;
  }
  return count;
}

/** Where appends that began later would do, only real time forbids it. */
function typeOf(
  { appends, failed }: ListReads,
  element: number,
  needed: number,
  initial: number,
): Impossible["type"] {
  const all = appends.start[element + 1]! - appends.start[element]!;
  if (needed <= all) return "future-read";
  if (all + initial > 0) return "duplicate-element";
  return failed[element] === NONE ? "thin-air-read" : "aborted-read";
}
