/** Rows by group, in compressed form: group `g` has `rows[start[g]] … rows[start[g + 1] - 1]`, in their former order. */
export interface Groups {
  readonly start: Int32Array;
  readonly rows: Int32Array;
}

/** Groups rows by the id that each has in `idOf`; ids are 0 … `count` - 1. O(rows + count). */
export function groupRows(rows: Int32Array, idOf: Int32Array, count: number): Groups {
  if (count === 1) return { start: Int32Array.of(0, rows.length), rows };
  const { start, position } = groupPositions(rows, idOf, count);
  const grouped = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) grouped[position[i]!] = rows[i]!;
  return { start, rows: grouped };
}

/** Where each of the rows stands among those that `groupRows` groups. */
export function groupPositions(
  rows: Int32Array,
  idOf: Int32Array,
  count: number,
): { readonly start: Int32Array; readonly position: Int32Array } {
  const start = new Int32Array(count + 1);
  for (let i = 0; i < rows.length; i++) start[idOf[rows[i]!]! + 1]!++;
  for (let group = 0; group < count; group++) start[group + 1]! += start[group]!;
  const next = start.slice();
  const position = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) position[i] = next[idOf[rows[i]!]!]!++;
  return { start, position };
}

/** Rows 0 … `length` - 1 that `keep` accepts. */
export function rowsWhere(length: number, keep: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(length);
  let count = 0;
  for (let row = 0; row < length; row++) {
    if (keep(row)) rows[count++] = row;
  }
  return rows.subarray(0, count);
}
