import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { type Groups, groupRows, rowsWhere } from "../groups.ts";
import { isFinal, writtenBy } from "../registers/access.ts";
import { type RegisterValues, registerValues, traceableKeys } from "../registers/register-values.ts";

/**
 * The versions of each key that certainly came into being, in order of invocation of their writes. `known[row]` is the rank
 * before which the version was certainly written: the least return of its write and of the reads of its value.
 */
export interface Versions {
  /** Rows of the writes, by key. */
  readonly byKey: Groups;
  /** For each position of `byKey.rows`: when the version was known, and the row that shows it. */
  readonly known: Int32Array;
  readonly knownRow: Int32Array;
}

export function versionsOf(history: History): Versions {
  const values = registerValues(history);
  const isTraceable = traceableKeys(history, values);
  const rows = rowsWhere(history.length, (row) => {
    const key = history.key[row]!;
    return key !== NONE && isTraceable[key] === 1 && isVersion(history, values, row);
  });
  const byKey = groupRows(rows, history.key, history.keys.length);
  const known = new Int32Array(rows.length);
  const knownRow = new Int32Array(rows.length);
  byKey.rows.forEach((row, i) => {
    const value = writtenBy(history, row);
    known[i] = value === NONE ? history.retRank[row]! : values.earliest[value]!;
    knownRow[i] = value === NONE ? row : values.earliestRow[value]!;
  });
  return { byKey, known, knownRow };
}

/** Of a key whose reads can be traced to writes. */
function isVersion(history: History, { earliest }: RegisterValues, row: number): boolean {
  if (isFinal(history, row)) return false;
  const value = writtenBy(history, row);
  if (value === ABSENT) return false;
  return value === NONE ? history.status[row] === STATUS.ok : earliest[value] !== NEVER;
}
