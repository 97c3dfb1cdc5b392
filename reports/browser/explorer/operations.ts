import { accumulate, decodeVarints } from "../../columns.ts";
import type { Timeline } from "../../schema.ts";
import { bytesOf } from "../bytes.ts";

/** All operations as columns, in order of invocation: a place in them is a row. Times in nanoseconds (or events). */
export interface Operations {
  readonly count: number;
  readonly start: Float64Array;
  /** Infinity: never completed. */
  readonly end: Float64Array;
  /** The lane of its client, or of the final reads of its node. */
  readonly lane: Int32Array;
  readonly process: Int32Array;
  readonly index: Float64Array;
  readonly f: Uint8Array;
  /** 0 ok, 1 fail, 2 info; see `TIMELINE_FLAG`. */
  readonly flags: Uint8Array;
  /** -1: none. So are nodes, values and errors. */
  readonly key: Int32Array;
  readonly node: Int32Array;
  readonly value: Int32Array;
  readonly error: Int32Array;
  /** Rows of the operations that are in a witness, ascending. */
  readonly witnesses: Uint32Array;
  /** Grows when the history file is opened. */
  readonly values: string[];
}

/** Bits of `flags` that hold the status, and the one of reads after quiescence. */
export const STATUS_MASK = 3;
export const FINAL_FLAG = 4;

/** Inflates the columns of a report. */
export async function unpackOperations(timeline: Timeline): Promise<Operations> {
  const { count, unit, columns } = timeline;
  const column = async (name: keyof Timeline["columns"]): Promise<Float64Array> =>
    decodeVarints(await bytesOf(columns[name], timeline.encoding), count);
  const [index, lane, process, start, duration, f, flags, key, node, value, error, values] =
    (await Promise.all([
      ...[column("index"), column("lane"), column("process"), column("start"), column("duration")],
      ...[column("f"), column("flags"), column("key"), column("node"), column("value"), column("error")],
      bytesOf(timeline.values, timeline.encoding),
    ] as const)) as [
      ...[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array],
      ...[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array],
      Uint8Array,
    ];
  accumulate(start);
  for (let row = 0; row < count; row++) {
    const at = start[row] as number;
    const took = duration[row] as number;
    duration[row] = took === 0 ? Number.POSITIVE_INFINITY : (at + took - 1) * unit;
    start[row] = at * unit;
    process[row] = (process[row] as number) + (lane[row] as number);
  }
  return {
    count,
    start,
    end: duration,
    index: accumulate(index),
    lane: new Int32Array(lane),
    process: new Int32Array(process),
    f: new Uint8Array(f),
    flags: new Uint8Array(flags),
    key: new Int32Array(key),
    node: new Int32Array(node),
    value: new Int32Array(accumulate(value)),
    error: new Int32Array(error),
    witnesses: new Uint32Array(timeline.witnesses),
    values: JSON.parse(new TextDecoder().decode(values)) as string[],
  };
}

/** The first place in [from, to) whose value is at least `bound`, in an ascending column; `to` if there is none. */
export function lowerBound(column: Float64Array, bound: number, from: number, to: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row of the operation that began with this event; undefined if it is not among them. */
export function rowOfEvent({ index, count }: Operations, event: number): number | undefined {
  const row = lowerBound(index, event, 0, count);
  return index[row] === event ? row : undefined;
}
