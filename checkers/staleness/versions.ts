import { ABSENT, type History, NEVER, NONE, STATUS } from "#core/history";
import { groupPositions, type Groups, rowsWhere } from "../groups.ts";
import { isFinal, writtenBy } from "../registers/access.ts";
import { type RegisterValues, registerValues, traceableKeys } from "../registers/register-values.ts";

/**
 * The versions of each key that certainly came into being, in order of invocation of their writes. `known[row]` is the rank
 * before which the version was certainly written: the least return of its write and of the reads of its value.
 */
export interface Versions {
  /** Rows of the writes, by key. */
  readonly byKey: Groups;
  /** For each position of `byKey.rows`: when its write was invoked, when the version was known, and the row that shows it. */
  readonly begun: Int32Array;
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
  const { start, position } = groupPositions(rows, history.key, history.keys.length);
  const versions = {
    byKey: { start, rows: new Int32Array(rows.length) },
    begun: new Int32Array(rows.length),
    known: new Int32Array(rows.length),
    knownRow: new Int32Array(rows.length),
  };
  // In order of the rows, and not of the keys: what lies together in the columns is looked at together.
  for (let i = 0; i < rows.length; i++) place(history, values, versions, rows[i]!, position[i]!);
  return versions;
}

function place(
  history: History,
  { earliest, earliestRow }: RegisterValues,
  { byKey, begun, known, knownRow }: Versions,
  row: number,
  at: number,
): void {
  const value = writtenBy(history, row);
  byKey.rows[at] = row;
  begun[at] = history.invRank[row]!;
  known[at] = value === NONE ? history.retRank[row]! : earliest[value]!;
  knownRow[at] = value === NONE ? row : earliestRow[value]!;
}

/** Of a key whose reads can be traced to writes. */
function isVersion(history: History, { earliest }: RegisterValues, row: number): boolean {
  if (isFinal(history, row)) return false;
  const value = writtenBy(history, row);
  if (value === ABSENT) return false;
  return value === NONE ? history.status[row] === STATUS.ok : earliest[value] !== NEVER;
}
