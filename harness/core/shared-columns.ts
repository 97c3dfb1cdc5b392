/** A column of numbers. */
export type Column = Uint8Array | Int16Array | Int32Array | Float64Array;

interface ColumnKind<T extends Column> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer): T;
}

/** A column of zeros in memory that threads share: histories are judged in workers without being copied. */
export const sharedColumn = <T extends Column>(kind: ColumnKind<T>, length: number): T =>
  new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));

/** More unused room than this share is given back, at the price of a copy. */
const WASTE = 0.1;

/** Bytes. Smaller columns are copied to whoever wants them. */
const WORTH_SHARING = 1 << 16;

/** The first `length` items of a column that may have room for more, in shared memory if they are many. */
export function trimmed<T extends Column>(column: T, length: number): T {
  if (length * column.BYTES_PER_ELEMENT < WORTH_SHARING) return column.slice(0, length) as T;
  const used = column.subarray(0, length);
  const isShared = column.buffer instanceof SharedArrayBuffer;
  if (isShared && length >= column.length * (1 - WASTE)) return used as T;
  const copy = sharedColumn(column.constructor as unknown as ColumnKind<T>, length);
  copy.set(used);
  return copy;
}
