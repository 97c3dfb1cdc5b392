import type { Json } from "#core/json";

/**
 * A place in the log's history: entry `index`, written in `term`. Logs that hold the same entry there are the same up to it
 * (Raft §5.3, log matching), so it names a state of the data as well, and for ever.
 */
export type Position = { readonly term: number; readonly index: number };

/** Indexes stay far below this, so that a position fits into one number that grows along every log. */
const INDEXES = 2 ** 32;

export const positionNumber = ({ term, index }: Position): number => term * INDEXES + index;

/**
 * The later of two tokens of one session; undefined: none yet. Terms come first: no log has an entry of an earlier term after
 * one of a later term.
 */
export function laterToken(a: Json | undefined, b: Json | undefined): Json | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return positionNumber(a as Position) >= positionNumber(b as Position) ? a : b;
}
