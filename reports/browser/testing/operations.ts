import type { Operations } from "../explorer/operations.ts";

export interface TestRow {
  readonly start: number;
  /** Absent: never completed. */
  readonly end?: number;
  readonly lane?: number;
  readonly process?: number;
  readonly f?: number;
  readonly flags?: number;
  readonly key?: number;
  readonly node?: number;
  readonly value?: number;
  readonly error?: number;
}

/** Columns as the page has them; the event of row `i` is `2 i`. */
export function testOperations(
  rows: readonly TestRow[],
  more: { readonly witnesses?: readonly number[]; readonly values?: readonly string[] } = {},
): Operations {
  const int = (of: (row: TestRow) => number | undefined, none: number): Int32Array =>
    Int32Array.from(rows, (row) => of(row) ?? none);
  return {
    count: rows.length,
    start: Float64Array.from(rows, ({ start }) => start),
    end: Float64Array.from(rows, ({ end }) => end ?? Number.POSITIVE_INFINITY),
    lane: int(({ lane }) => lane, 0),
    process: int(({ process }) => process, 0),
    index: Float64Array.from(rows, (_, i) => i * 2),
    f: Uint8Array.from(rows, ({ f }) => f ?? 0),
    flags: Uint8Array.from(rows, ({ flags }) => flags ?? 0),
    key: int(({ key }) => key, -1),
    node: int(({ node }) => node, -1),
    value: int(({ value }) => value, -1),
    error: int(({ error }) => error, -1),
    witnesses: Uint32Array.from(more.witnesses ?? []),
    values: [...(more.values ?? [])],
  };
}
