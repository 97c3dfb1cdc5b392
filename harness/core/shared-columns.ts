/** A column of numbers. */
export type Column = Uint8Array | Int16Array | Int32Array | Float64Array;

interface ColumnKind<T extends Column> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: SharedArrayBuffer): T;
  new (length: number): T;
}

/** A column of zeros in memory that threads share: histories are judged in workers without being copied. */
const sharedColumn = <T extends Column>(kind: ColumnKind<T>, length: number): T =>
  new kind(new SharedArrayBuffer(length * kind.BYTES_PER_ELEMENT));

/** More room in vain than this share is given back, at the price of a copy. */
const WASTE = 0.1;

/** Bytes. Smaller columns are copied to whoever wants them. */
const WORTH_SHARING = 1 << 16;

/** A column of zeros, in shared memory if it is long. */
export const columnOf = <T extends Column>(kind: ColumnKind<T>, length: number): T =>
  length * kind.BYTES_PER_ELEMENT < WORTH_SHARING ? new kind(length) : sharedColumn(kind, length);

/**
 * The first `length` items of a column that may have room for more, in shared memory if they are many. Shared room that was
 * never written to costs nothing: the operating system has given no memory for it yet.
 */
export function trimmed<T extends Column>(column: T, length: number): T {
  if (length * column.BYTES_PER_ELEMENT < WORTH_SHARING) return column.slice(0, length) as T;
  const used = column.subarray(0, length);
  return column.buffer instanceof SharedArrayBuffer ? (used as T) : copied(column, length);
}

/** The same of a column whose unused room was written to as well. */
export const compacted = <T extends Column>(column: T, length: number): T =>
  length < column.length * (1 - WASTE) ? copied(column, length) : trimmed(column, length);

function copied<T extends Column>(column: T, length: number): T {
  const copy = columnOf(column.constructor as unknown as ColumnKind<T>, length);
  copy.set(column.subarray(0, length));
  return copy;
}
