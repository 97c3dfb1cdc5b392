import { FLAG, type History, NONE } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import { type CrdtObject, isAcknowledged, maySee } from "./crdt-objects.ts";

const ADD = FUNCTIONS.indexOf("add");
const REMOVE = FUNCTIONS.indexOf("remove");
const CONTAINS = FUNCTIONS.indexOf("contains");

/** What may have been done to one element, rows in order. */
export interface Element {
  /** Value id. */
  readonly id: number;
  readonly adds: number[];
  readonly removes: number[];
}

/** What a read tells of one element. */
export interface Observation {
  readonly read: number;
  readonly element: Element;
  readonly isPresent: boolean;
}

/** A replicated set, element by element. */
export interface SetView {
  /** By value id: elements added, removed or read. */
  readonly elements: ReadonlyMap<number, Element>;
  /** By row of a read: the ids it shows. */
  readonly shown: ReadonlyMap<number, ReadonlySet<number>>;
}

/** @returns why it cannot be judged, as a string */
export function setViewOf(
  history: History,
  { updates, reads, spec }: CrdtObject,
  { mayRemove }: { readonly mayRemove: boolean },
): SetView | string {
  if (spec.initial !== null && !(Array.isArray(spec.initial) && spec.initial.length === 0))
    return "a set that is not empty in the beginning is not judged";
  const elements = new Map<number, Element>();
  const elementOf = (id: number): Element => {
    const known = elements.get(id) ?? { id, adds: [], removes: [] };
    elements.set(id, known);
    return known;
  };
  for (const row of updates) {
    const f = history.f[row]!;
    if (f === REMOVE && !mayRemove) return "a G-Set has no removes";
    if (f === ADD) elementOf(history.value[row]!).adds.push(row);
    else if (f === REMOVE) elementOf(history.value[row]!).removes.push(row);
    else return `a ${FUNCTIONS[f]} is no operation of a set`;
  }
  const shown = new Map<number, ReadonlySet<number>>();
  for (const row of reads) {
    const isContains = history.f[row] === CONTAINS;
    const isIn = (history.flags[row]! & FLAG.resultTrue) !== 0;
    if (isContains && !isIn && (history.flags[row]! & FLAG.resultFalse) === 0)
      return "an answer to contains does not say whether the element was there";
    const one = isIn ? [history.value[row]!] : [];
    const ids = new Set(isContains ? one : history.elementsOf(row));
    ids.delete(NONE);
    for (const id of ids) elementOf(id);
    shown.set(row, ids);
  }
  return { elements, shown };
}

/** What a read tells of each element it speaks of. */
export function observationsOf(history: History, { elements, shown }: SetView, read: number): Observation[] {
  const ids = shown.get(read)!;
  if (history.f[read] === CONTAINS) {
    const element = elements.get(history.value[read]!);
    return element === undefined ? [] : [{ read, element, isPresent: ids.has(element.id) }];
  }
  return [...elements.values()].map((element) => ({ read, element, isPresent: ids.has(element.id) }));
}

export const acknowledgedOf = (history: History, rows: readonly number[]): number[] =>
  rows.filter((row) => isAcknowledged(history, row));

export const visibleTo = (history: History, read: number, rows: readonly number[]): number[] =>
  rows.filter((row) => maySee(history, read, row));
