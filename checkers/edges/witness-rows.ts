import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { isFinal, readBy, writtenBy } from "../registers/access.ts";
import { registerValues, SOURCE } from "../registers/register-values.ts";

/** Codes in place of the operation that was read from. */
export const INITIAL = -1;
export const NO_SOURCE = -2;

/** One operation of a witness, with what it did to a register if it is an operation on one. */
export interface Deed {
  readonly row: number;
  readonly key: number;
  readonly session: number;
  /** Value ids, NONE for null; ABSENT: nothing. */
  readonly read: number;
  readonly written: number;
  /** Place in the witness of the only operation that can have written what this one read, or a code. */
  readonly source: number;
  /** Whether it certainly took effect. */
  readonly happened: boolean;
}

/** The operations of a witness in order of invocation. */
export function deedsOf(history: History, rows: readonly number[]): Deed[] {
  const places = new Map(rows.map((row, place) => [row, place]));
  const deeds = rows.map((row): Omit<Deed, "happened"> => {
    const register = isRegister(history, row);
    const read = register ? seenBy(history, row) : ABSENT;
    return {
      row,
      key: history.key[row]!,
      session: history.session[row]!,
      read,
      written: register ? writtenBy(history, row) : ABSENT,
      source: sourceOf(history, places, row, read),
    };
  });
  const supported = new Set<number>();
  for (const deed of deeds) {
    if (history.status[deed.row] !== STATUS.ok) continue;
    for (let from = deed.source; from >= 0 && !supported.has(from); from = deeds[from]!.source)
      supported.add(from);
  }
  return deeds.map((deed, place) => ({
    ...deed,
    happened: history.status[deed.row] === STATUS.ok || supported.has(place),
  }));
}

function isRegister(history: History, row: number): boolean {
  const key = history.key[row]!;
  return key !== NONE && registerValues(history).isRegister[key] === 1;
}

/** What an operation saw, if it took effect. */
const seenBy = (history: History, row: number): number =>
  history.status[row] === STATUS.info && writtenBy(history, row) !== ABSENT
    ? history.expectedOf(row)
    : readBy(history, row);

function sourceOf(history: History, places: ReadonlyMap<number, number>, row: number, read: number): number {
  if (read === ABSENT) return NO_SOURCE;
  const { writer, firstDelete } = registerValues(history);
  const key = history.key[row]!;
  if (read === NONE) return firstDelete[key] === NEVER ? INITIAL : NO_SOURCE;
  const from = writer[read]!;
  if (from === SOURCE.initial) return INITIAL;
  return from < 0 ? NO_SOURCE : (places.get(from) ?? NO_SOURCE);
}

/** Whether one operation had returned before the other was invoked. */
export const endedBefore = (history: History, one: Deed, other: Deed): boolean =>
  history.retRank[one.row]! < history.invRank[other.row]!;

/** Session order: nothing follows an indefinite operation, nor is a final read part of a session. */
export const isSessionStep = (history: History, one: Deed, other: Deed): boolean =>
  one.session === other.session &&
  history.status[one.row] === STATUS.ok &&
  !isFinal(history, one.row) &&
  !isFinal(history, other.row) &&
  endedBefore(history, one, other);
