import { type History, NONE, STATUS } from "#core/history";
import { readBy, writtenBy } from "../registers/access.ts";
import { registerValues } from "../registers/register-values.ts";
import type { Bounds } from "./bounds.ts";

/** A version of a register that certainly came into being. */
export interface Version {
  readonly key: number;
  readonly writerRow: number;
  /** What shows that it did: its acknowledged write, or a read of it. */
  readonly proofRow: number;
  /** Everything whose `upper` is below this certainly precedes it. */
  readonly lower: number;
}

/**
 * Writes that were acknowledged, or whose value somebody read, even if only at the end; deletions where they have a place.
 * Keys that are marked in `done`, by key id, are passed over from then on.
 */
export function* establishedVersions(
  history: History,
  { lower, timed }: Bounds,
  done: Uint8Array,
): Generator<Version> {
  const values = registerValues(history);
  const reader = firstReaders(history, values.isRegister);
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || values.isRegister[key] === 0 || done[key] === 1) continue;
    const value = writtenBy(history, row);
    const acknowledged = history.status[row] === STATUS.ok;
    if (value >= 0) {
      const proofRow = acknowledged ? row : reader[value]!;
      if (proofRow !== NONE) yield { key, writerRow: row, proofRow, lower: lower[value]! };
    } else if (value === NONE && acknowledged && placesDeletions(history, timed, key)) {
      yield { key, writerRow: row, proofRow: row, lower: history.invRank[row]! };
    }
  }
}

/** Whether the order tells where a deletion stands: it has no value of its own. */
export const placesDeletions = (history: History, timed: ReadonlySet<number>, key: number): boolean =>
  timed.has(key) || history.objectOf(key).order === "single-writer";

/** By value id: the first successful operation that read it, or NONE. */
function firstReaders(history: History, isRegister: Uint8Array): Int32Array {
  const reader = new Int32Array(history.valueCount).fill(NONE);
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0) continue;
    const value = readBy(history, row);
    if (value >= 0 && reader[value] === NONE) reader[value] = row;
  }
  return reader;
}
