import { accumulate, decodeVarints } from "../../columns.ts";
import type { Timeline } from "../../schema.ts";
import { bytesOf } from "../bytes.ts";

/** All operations as columns, grouped by lane, within a lane by start. Times in nanoseconds (or events). */
export interface Operations {
  readonly count: number;
  readonly lanes: number;
  /** Operations of lane `l` are at `first[l]` … `first[l + 1] - 1`. */
  readonly first: Uint32Array;
  readonly start: Float64Array;
  /** Infinity: never completed. */
  readonly end: Float64Array;
  /** The latest end so far in the lane: never decreases, so that it can be searched. */
  readonly reach: Float64Array;
  readonly lane: Uint16Array;
  readonly process: Int32Array;
  readonly index: Uint32Array;
  readonly f: Uint8Array;
  /** 0 ok, 1 fail, 2 info; see `TIMELINE_FLAG`. */
  readonly flags: Uint8Array;
  readonly key: Int32Array;
  readonly node: Int32Array;
  readonly value: Int32Array;
  readonly error: Int16Array;
  /** How many of the operations before this place (in grouped order) failed or are indefinite. */
  readonly failed: Uint32Array;
  readonly indefinite: Uint32Array;
  /** Places of the operations that are in a witness. */
  readonly witnesses: Uint32Array;
  readonly values: readonly string[];
}

/** Bits of `flags` that hold the status. */
export const STATUS_MASK = 3;

/** Inflates and groups the columns of a report. */
export async function unpackOperations(timeline: Timeline): Promise<Operations> {
  const bytes = (packed: string): Promise<Uint8Array> => bytesOf(packed, timeline.encoding);
  const names = Object.keys(timeline.columns) as (keyof Timeline["columns"])[];
  const columns = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, decodeVarints(await bytes(timeline.columns[name]), timeline.count)]),
    ),
  ) as Record<keyof Timeline["columns"], Float64Array>;
  accumulate(columns.index);
  accumulate(columns.start);
  accumulate(columns.value);
  const values = JSON.parse(new TextDecoder().decode(await bytes(timeline.values))) as string[];
  return groupOperations(timeline, columns, values);
}

/** Sorts the rows by lane, keeping their order within it. */
export function groupOperations(
  timeline: Pick<Timeline, "count" | "lanes" | "unit" | "witnesses">,
  columns: Readonly<Record<keyof Timeline["columns"], Float64Array>>,
  values: readonly string[],
): Operations {
  const { count, unit } = timeline;
  const lanes = timeline.lanes.length;
  const first = laneStarts(columns.lane, lanes);
  const next = first.slice();
  const placeOf = Uint32Array.from({ length: count }, (_, row) => {
    const lane = columns.lane[row] as number;
    const place = next[lane] as number;
    next[lane] = place + 1;
    return place;
  });
  const grouped = <T extends Uint8Array | Uint16Array | Uint32Array | Int16Array | Int32Array | Float64Array>(
    target: T,
    of: (row: number) => number,
  ): T => {
    for (let row = 0; row < count; row++) target[placeOf[row] as number] = of(row);
    return target;
  };
  const from = (column: Float64Array) => (row: number) => column[row] as number;
  const start = grouped(new Float64Array(count), (row) => (columns.start[row] as number) * unit);
  const end = grouped(new Float64Array(count), (row) => endOf(columns, row, unit));
  const flags = grouped(new Uint8Array(count), from(columns.flags));
  return {
    count,
    lanes,
    first,
    start,
    end,
    reach: reachOf(end, first),
    flags,
    lane: grouped(new Uint16Array(count), from(columns.lane)),
    process: grouped(
      new Int32Array(count),
      (row) => (columns.process[row] as number) + (columns.lane[row] as number),
    ),
    index: grouped(new Uint32Array(count), from(columns.index)),
    f: grouped(new Uint8Array(count), from(columns.f)),
    key: grouped(new Int32Array(count), from(columns.key)),
    node: grouped(new Int32Array(count), from(columns.node)),
    value: grouped(new Int32Array(count), from(columns.value)),
    error: grouped(new Int16Array(count), from(columns.error)),
    failed: countsBefore(flags, 1),
    indefinite: countsBefore(flags, 2),
    witnesses: Uint32Array.from(timeline.witnesses, (row) => placeOf[row] as number),
    values,
  };
}

function laneStarts(lane: Float64Array, lanes: number): Uint32Array {
  const first = new Uint32Array(lanes + 1);
  for (const each of lane) first[each + 1] = (first[each + 1] as number) + 1;
  for (let i = 1; i <= lanes; i++) first[i] = (first[i] as number) + (first[i - 1] as number);
  return first;
}

function endOf(
  columns: Readonly<Record<"start" | "duration", Float64Array>>,
  row: number,
  unit: number,
): number {
  const duration = columns.duration[row] as number;
  return duration === 0 ? Number.POSITIVE_INFINITY : ((columns.start[row] as number) + duration - 1) * unit;
}

/** An operation that never completed says nothing about when its neighbours end, so it does not count. */
function reachOf(end: Float64Array, first: Uint32Array): Float64Array {
  const reach = new Float64Array(end.length);
  for (let lane = 0; lane + 1 < first.length; lane++) {
    let latest = Number.NEGATIVE_INFINITY;
    for (let at = first[lane] as number; at < (first[lane + 1] as number); at++) {
      latest = Math.max(latest, end[at] as number);
      reach[at] = latest;
    }
  }
  return reach;
}

function countsBefore(flags: Uint8Array, status: number): Uint32Array {
  const counts = new Uint32Array(flags.length + 1);
  for (let i = 0; i < flags.length; i++) {
    counts[i + 1] = (counts[i] as number) + (((flags[i] as number) & STATUS_MASK) === status ? 1 : 0);
  }
  return counts;
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

/** The operation of a lane nearest to `at`, no further than `within`; undefined if there is none. */
export function operationAt(
  operations: Operations,
  lane: number,
  at: number,
  within: number,
): number | undefined {
  const from = operations.first[lane] ?? 0;
  const to = operations.first[lane + 1] ?? 0;
  const after = lowerBound(operations.start, at, from, to);
  let best: number | undefined;
  let bestDistance = within;
  for (const place of [after - 1, after]) {
    if (place < from || place >= to) continue;
    const distance = Math.max(
      (operations.start[place] as number) - at,
      at - (operations.end[place] as number),
      0,
    );
    if (distance <= bestDistance && (best === undefined || distance < bestDistance)) {
      best = place;
      bestDistance = distance;
    }
  }
  return best;
}
