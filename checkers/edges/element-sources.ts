import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { canonicalJson } from "#core/value-table";
import { once } from "../once.ts";

const PUTS: ReadonlySet<number> = new Set(["add", "enqueue"].map((f) => FUNCTIONS.indexOf(f as "add")));
const TAKES: ReadonlySet<number> = new Set(
  ["remove", "dequeue", "drain"].map((f) => FUNCTIONS.indexOf(f as "add")),
);

/** Codes in place of the row that put an element in. */
export const NOBODY = -1;
export const SEVERAL = -2;
export const FROM_THE_START = -3;

/** By value id, for sets and queues: who may have put it in and whether anybody may have taken it out. */
export interface ElementSources {
  readonly put: Int32Array;
  readonly taken: Uint8Array;
  /** By key id: whether a take is open, which may have taken anything. */
  readonly openTake: Uint8Array;
}

export const elementSources: (history: History) => ElementSources = once((history) => {
  const put = new Int32Array(history.valueCount).fill(NOBODY);
  const taken = new Uint8Array(history.valueCount);
  const openTake = new Uint8Array(history.keys.length);
  for (let row = 0; row < history.length; row++) {
    const [f, value, key] = [history.f[row]!, history.value[row]!, history.key[row]!];
    if (history.status[row] === STATUS.fail || key === NONE) continue;
    if (PUTS.has(f)) {
      if (value !== NONE) put[value] = put[value] === NOBODY ? row : SEVERAL;
    } else if (TAKES.has(f)) {
      if (value !== NONE) taken[value] = 1;
      else if (history.status[row] === STATUS.info) openTake[key] = 1;
      for (const element of history.elementsOf(row)) taken[element] = 1;
    }
  }
  markInitial(history, put);
  return { put, taken, openTake };
});

function markInitial(history: History, put: Int32Array): void {
  const initials = history.keys.map((_, key) => {
    const { initial } = history.objectOf(key);
    return Array.isArray(initial) ? new Set(initial.map(canonicalJson)) : undefined;
  });
  if (initials.every((initial) => initial === undefined)) return;
  for (let value = 0; value < history.valueCount; value++) {
    const initial = initials[history.keyOfValue(value)];
    if (initial?.has(canonicalJson(history.valueOf(value))) === true) put[value] = FROM_THE_START;
  }
}

const named = (f: string): number => FUNCTIONS.indexOf(f as "read");
const [READ, CONTAINS, DEQUEUE, DRAIN] = [named("read"), named("contains"), named("dequeue"), named("drain")];

/** Whether an operation certainly found an element. */
export function finds(history: History, row: number, element: number): boolean {
  if (history.status[row] !== STATUS.ok) return false;
  const f = history.f[row]!;
  if ((history.flags[row]! & FLAG.list) !== 0)
    return (f === READ || f === DRAIN) && history.elementsOf(row).includes(element);
  if (history.value[row] !== element) return false;
  return f === DEQUEUE || (f === CONTAINS && (history.flags[row]! & FLAG.resultTrue) !== 0);
}

/** Whether an operation certainly saw that an element was not there, if it was there at all by then and not taken out. */
export function lacks(history: History, row: number, element: number): boolean {
  if (history.status[row] !== STATUS.ok) return false;
  const f = history.f[row]!;
  const isList = (history.flags[row]! & FLAG.list) !== 0;
  if (f === CONTAINS) return history.value[row] === element && (history.flags[row]! & FLAG.resultFalse) !== 0;
  if (f === READ) return isList && !history.elementsOf(row).includes(element);
  if (f === DRAIN) return isList && !history.elementsOf(row).includes(element);
  return f === DEQUEUE && !isList && history.value[row] === NONE;
}
