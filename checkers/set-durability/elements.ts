import type { Budget } from "#core/budget";
import { type History, NEVER, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/operation";
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
  /** The row whose return made it known: an acknowledged add, or a read that contained it; NONE: nobody knows it. */
  readonly knownBy: Int32Array;
  /** Whether a remove may have taken it away. */
  readonly removable: Uint8Array;
  readonly everRead: Uint8Array;
  /** Rows of ok reads of sets, in order. */
  readonly reads: Int32Array;
  /** Elements that reads contained although nothing can have put them there. */
  readonly unexpected: readonly { readonly row: number; readonly element: number }[];
  /** Known elements that nothing may have taken away, by key, each key's in the order they became known. */
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
  const removable = new Uint8Array(valueCount);
  const everRead = new Uint8Array(valueCount);
  const unexpected: { row: number; element: number }[] = [];
  const draft = { add, firstAdd, knownBy, removable, everRead, reads, unexpected };
  collectUpdates(history, isSet, draft, budget);
  const initial = initialElements(history, isSet);
  for (const row of reads) collectRead(history, row, draft, initial, budget);
  return { ...draft, durable: durableByKey(history, knownBy, removable) };
}

type Draft = Omit<Elements, "durable" | "unexpected"> & { unexpected: { row: number; element: number }[] };

/** Adds and removes that happened or may happen. */
function collectUpdates(history: History, isSet: Uint8Array, draft: Draft, budget: Budget): void {
  const { f, key, status, value, length } = history;
  for (let row = 0; row < length; row++) {
    budget.tick();
    const element = value[row]!;
    if (element === NONE || key[row] === NONE || isSet[key[row]!] === 0 || status[row] === STATUS.fail)
      continue;
    if (f[row] === REMOVE) draft.removable[element] = 1;
    if (f[row] !== ADD) continue;
    const acknowledged = status[row] === STATUS.ok;
    const before = draft.add[element]!;
    if (before === NONE) draft.firstAdd[element] = row;
    if (before === NONE || (acknowledged && status[before] !== STATUS.ok)) draft.add[element] = row;
    if (acknowledged) becomesKnown(history, draft, element, row);
  }
}

/** What a read contained is known from then on, and must have been added before it returned. */
function collectRead(
  history: History,
  row: number,
  draft: Draft,
  initial: ReadonlySet<number>,
  budget: Budget,
): void {
  const returned = history.retRank[row]!;
  for (const element of history.elementsOf(row)) {
    budget.tick();
    draft.everRead[element] = 1;
    const add = draft.firstAdd[element]!;
    if (add !== NONE && history.invRank[add]! < returned) becomesKnown(history, draft, element, row);
    else if (!initial.has(element)) draft.unexpected.push({ row, element });
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

function durableByKey(history: History, knownBy: Int32Array, removable: Uint8Array): Groups {
  const ids = rowsWhere(history.valueCount, (id) => knownBy[id] !== NONE && removable[id] === 0);
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
