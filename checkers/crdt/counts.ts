import { type History, NONE } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import { valueWords } from "../words.ts";
import { type CrdtObject, isAcknowledged } from "./crdt-objects.ts";

const INCREMENT = FUNCTIONS.indexOf("increment");

/** A replicated counter in numbers, relative to its initial value. */
export interface Counts {
  readonly updates: readonly number[];
  readonly acknowledged: readonly number[];
  readonly indefinite: readonly number[];
  /** What an update adds. */
  readonly by: (row: number) => number;
  /** What a read showed above the initial value. */
  readonly shown: (row: number) => number;
}

/** @returns why it cannot be judged, as a string */
export function countsOf(
  history: History,
  { updates, reads, spec }: CrdtObject,
  { mayDecrement }: { readonly mayDecrement: boolean },
): Counts | string {
  const initial = spec.initial ?? 0;
  if (!isInteger(initial)) return `the initial value ${valueWords(initial)} is no integer`;
  let total = Math.abs(initial);
  for (const row of updates) {
    const by = history.valueOf(history.value[row]!);
    if (history.f[row] !== INCREMENT) return `a ${FUNCTIONS[history.f[row]!]} is no operation of a counter`;
    if (!isInteger(by)) return `the increment ${valueWords(by)} is no integer`;
    if (by < 0 && !mayDecrement) return "a G-Counter has no decrements";
    total += Math.abs(by);
  }
  if (!Number.isSafeInteger(total)) return "the increments add up to more than numbers can hold exactly";
  const odd = reads.find(
    (row) => history.value[row] !== NONE && !isInteger(history.valueOf(history.value[row]!)),
  );
  if (odd !== undefined) return `a read returned ${valueWords(history.operation(odd).value)}, no integer`;
  return {
    updates,
    acknowledged: updates.filter((row) => isAcknowledged(history, row)),
    indefinite: updates.filter((row) => !isAcknowledged(history, row)),
    by: (row) => history.valueOf(history.value[row]!) as number,
    shown: (row) => ((history.valueOf(history.value[row]!) as number | null) ?? initial) - initial,
  };
}

const isInteger = (value: Json): value is number => Number.isSafeInteger(value);

export const sumOf = (rows: readonly number[], by: (row: number) => number): number =>
  rows.reduce((sum, row) => sum + by(row), 0);
