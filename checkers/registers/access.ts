import { ABSENT, FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";

const WRITE = FUNCTIONS.indexOf("write");
const DELETE = FUNCTIONS.indexOf("delete");
const READ = FUNCTIONS.indexOf("read");
const CAS = FUNCTIONS.indexOf("cas");

/**
 * The value id that an operation on a register read; NONE for null, ABSENT if it read nothing. A compare-and-set that
 * succeeded read what it expected; one that was refused read what it was told, if it was told.
 */
export function readBy(history: History, row: number): number {
  if (history.status[row] !== STATUS.ok) return ABSENT;
  const f = history.f[row]!;
  if (f === READ) return (history.flags[row]! & FLAG.list) === 0 ? history.value[row]! : ABSENT;
  if (f !== CAS) return ABSENT;
  return isRefused(history, row) ? history.observedOf(row) : history.expectedOf(row);
}

/** The value id that an operation wrote or may have written; NONE for a deletion, ABSENT if it certainly wrote nothing. */
export function writtenBy(history: History, row: number): number {
  if (history.status[row] === STATUS.fail) return ABSENT;
  const f = history.f[row]!;
  if (f === WRITE || f === DELETE) return history.value[row]!;
  return f === CAS && !isRefused(history, row) ? history.value[row]! : ABSENT;
}

/** The value id of a write that certainly did not happen; ABSENT for anything else. */
export function failedToWrite(history: History, row: number): number {
  if (history.status[row] !== STATUS.fail) return ABSENT;
  const f = history.f[row]!;
  return (f === WRITE || f === CAS) && history.value[row] !== NONE ? history.value[row]! : ABSENT;
}

/** A compare-and-set that was answered with a mismatch. */
export const isRefused = (history: History, row: number): boolean =>
  history.f[row] === CAS &&
  history.status[row] === STATUS.ok &&
  (history.flags[row]! & FLAG.resultFalse) !== 0;

/** Refused without telling the current value: it saw only that the value was another. */
export const sawOnlyAbsence = (history: History, row: number): boolean =>
  isRefused(history, row) && history.observedOf(row) === ABSENT;

export const isFinal = (history: History, row: number): boolean => (history.flags[row]! & FLAG.final) !== 0;

/** A read that returned several values at once. */
export const hasSiblings = (history: History, row: number): boolean =>
  history.f[row] === READ && (history.flags[row]! & FLAG.list) !== 0;
