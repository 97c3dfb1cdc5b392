import type { Budget } from "#core/budget";
import { FLAG, type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import { type Groups, groupRows, rowsWhere } from "../groups.ts";

const ADD = FUNCTIONS.indexOf("add");
const REMOVE = FUNCTIONS.indexOf("remove");
const READ = FUNCTIONS.indexOf("read");

/** What was done to each element of the sets, and who saw it: columns by value id. */
export interface Elements {
  /** Row of its add: the first acknowledged one, else the first that may have happened; NONE: never added. */
  readonly add: Int32Array;
  /** Row of the earliest add that may have happened; NONE: never added. */
  readonly firstAdd: Int32Array;
  /**
   * The row whose return made it known for good: an acknowledged add that began after all removes of it had returned, or what
   * saw it if all adds of it began after that; NONE: there is none.
   */
  readonly knownBy: Int32Array;
  /** Whether it may be missing because a remove may have taken it away after all that made it known. */
  readonly excused: Uint8Array;
  readonly everRead: Uint8Array;
  /** Rows of ok reads of sets, in order. */
  readonly reads: Int32Array;
  /** Elements that reads contained although nothing can have put them there. */
  readonly unexpected: readonly { readonly row: number; readonly element: number }[];
  /** Elements known for good, by key, each key's in the order they became known. */
  readonly durable: Groups;
}

/** O(operations + elements read), plus sorting the known elements. */
export function elementsOf(history: History, budget: Budget): Elements {
  const isSet = Uint8Array.from(history.keys, (_, key) => (history.objectOf(key).type === "set" ? 1 : 0));
  const { f, key, status, length, valueCount } = history;
  const reads = rowsWhere(
    length,
    (row) => f[row] === READ && status[row] === STATUS.ok && isSet[key[row]!] === 1,
  );
  const add = new Int32Array(valueCount).fill(NONE);
  const firstAdd = new Int32Array(valueCount).fill(NONE);
  const knownBy = new Int32Array(valueCount).fill(NONE);
  const lastRemove = lastRemoves(history, isSet);
  const excused = new Uint8Array(valueCount);
  const everRead = new Uint8Array(valueCount);
  const unexpected: { row: number; element: number }[] = [];
  const draft = { add, firstAdd, knownBy, lastRemove, excused, everRead, reads, unexpected };
  collectAdds(history, isSet, draft, budget);
  const initial = initialElements(history, isSet);
  for (const row of reads) collectRead(history, row, draft, initial, budget);
  return { ...draft, durable: durableByKey(history, knownBy) };
}

type Draft = Omit<Elements, "durable" | "unexpected"> & {
  /** By value id: the rank before which all removes of it had happened; NEVER if one may come later, NONE without any. */
  readonly lastRemove: Int32Array;
  unexpected: { row: number; element: number }[];
};

/** Whether the set answered that it had nothing to do: the element was there already, or was not. */
const isRefused = ({ status, flags }: History, row: number): boolean =>
  status[row] === STATUS.ok && (flags[row]! & FLAG.resultFalse) !== 0;

/** Of a 2P-Set what was removed never comes back, whatever is added later. */
function lastRemoves(history: History, isSet: Uint8Array): Int32Array {
  const { f, key, status, value, retRank, length } = history;
  const last = new Int32Array(history.valueCount).fill(NONE);
  for (let row = 0; row < length; row++) {
    const element = value[row]!;
    if (f[row] !== REMOVE || status[row] === STATUS.fail || isRefused(history, row)) continue;
    if (element === NONE || key[row] === NONE || isSet[key[row]!] === 0) continue;
    const isForGood = history.objectOf(key[row]!).crdt === "2p-set";
    last[element] = isForGood ? NEVER : Math.max(last[element]!, retRank[row]!);
  }
  return last;
}

/** Adds that happened or may happen, then those that were refused, which saw the element as reads do. */
function collectAdds(history: History, isSet: Uint8Array, draft: Draft, budget: Budget): void {
  const { f, key, status, value, length } = history;
  const refused: number[] = [];
  for (let row = 0; row < length; row++) {
    budget.tick();
    const element = value[row]!;
    if (element === NONE || key[row] === NONE || isSet[key[row]!] === 0 || f[row] !== ADD) continue;
    if (status[row] === STATUS.fail) continue;
    if (isRefused(history, row)) {
      refused.push(row);
      continue;
    }
    const isSure = status[row] === STATUS.ok && isAfterRemoves(history, draft, row);
    const before = draft.add[element]!;
    if (before === NONE) draft.firstAdd[element] = row;
    const isBetter =
      before !== NONE &&
      (isSure ? !isSureAdd(history, draft, before) : isAcknowledgedFirst(history, row, before));
    if (before === NONE || isBetter) draft.add[element] = row;
    if (isSure) becomesKnown(history, draft, element, row);
    else if (status[row] === STATUS.ok) draft.excused[element] = 1;
  }
  for (const row of refused) sees(history, draft, row, value[row]!);
}

const isAfterRemoves = ({ invRank, value }: History, { lastRemove }: Draft, row: number): boolean =>
  invRank[row]! > lastRemove[value[row]!]!;

const isSureAdd = (history: History, draft: Draft, row: number): boolean =>
  history.status[row] === STATUS.ok && isAfterRemoves(history, draft, row);

const isAcknowledgedFirst = ({ status }: History, row: number, before: number): boolean =>
  status[row] === STATUS.ok && status[before] !== STATUS.ok;

/**
 * What an operation saw in the set was added before that. It is known from then on, unless the add that it saw may have been
 * undone. @returns whether somebody can have added it by then
 */
function sees(history: History, draft: Draft, row: number, element: number): boolean {
  const add = draft.firstAdd[element]!;
  if (add === NONE || history.invRank[add]! > history.retRank[row]!) return false;
  if (isAfterRemoves(history, draft, add)) becomesKnown(history, draft, element, row);
  else draft.excused[element] = 1;
  return true;
}

/** What a read contained is known from then on, and must have been added before it returned. */
function collectRead(
  history: History,
  row: number,
  draft: Draft,
  initial: ReadonlySet<number>,
  budget: Budget,
): void {
  for (const element of history.elementsOf(row)) {
    budget.tick();
    draft.everRead[element] = 1;
    if (!sees(history, draft, row, element) && !initial.has(element)) draft.unexpected.push({ row, element });
  }
}

/** Elements that the header says were there from the start: nobody had to add them. */
function initialElements(history: History, isSet: Uint8Array): ReadonlySet<number> {
  const initials = history.keys.map((_, key) => {
    const { initial } = history.objectOf(key);
    return isSet[key] === 1 && Array.isArray(initial) ? new Set(initial.map(canonicalJson)) : undefined;
  });
  const found = new Set<number>();
  if (initials.every((initial) => initial === undefined)) return found;
  for (let id = 0; id < history.valueCount; id++) {
    if (initials[history.keyOfValue(id)]?.has(canonicalJson(history.valueOf(id))) === true) found.add(id);
  }
  return found;
}

function becomesKnown({ retRank }: History, { knownBy }: Draft, element: number, row: number): void {
  const before = knownBy[element]!;
  if (before === NONE || retRank[row]! < retRank[before]!) knownBy[element] = row;
}

/** When an element became known, as an event index; NEVER if nobody knows it. */
export const knownAt = (
  { retRank }: History,
  { knownBy }: Pick<Elements, "knownBy">,
  element: number,
): number => (knownBy[element] === NONE ? NEVER : retRank[knownBy[element]!]!);

function durableByKey(history: History, knownBy: Int32Array): Groups {
  const ids = rowsWhere(history.valueCount, (id) => knownBy[id] !== NONE);
  // One number holds rank and id exactly, so that the native sort needs no comparator.
  const scale = history.valueCount;
  const ordered = Float64Array.from(ids, (id) => knownAt(history, { knownBy }, id) * scale + id).sort();
  const keyOf = Int32Array.from({ length: scale }, (_, id) => history.keyOfValue(id));
  return groupRows(
    Int32Array.from(ordered, (packed) => packed % scale),
    keyOf,
    history.keys.length,
  );
}
