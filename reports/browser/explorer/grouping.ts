import type { Timeline } from "../../schema.ts";
import { lowerBound, type Operations, STATUS_MASK } from "./operations.ts";

/** What a lane of the timeline is. */
export const GROUPINGS = ["process", "node", "key"] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Operations sorted into lanes; a place is a position in that order, within a lane by start. */
export interface Lanes {
  /** Empty: goes on with what overlaps in the lane above. */
  readonly names: readonly string[];
  /** Operations of lane `l` are at `first[l]` … `first[l + 1] - 1`. */
  readonly first: Uint32Array;
  /** Row of each place, and lane of each row: -1 for rows that are filtered out. */
  readonly row: Uint32Array;
  readonly laneOf: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** The latest end so far in the lane: never decreases, so that it can be searched. */
  readonly reach: Float64Array;
  /** How many of the operations before this place failed or are indefinite. */
  readonly failed: Uint32Array;
  readonly indefinite: Uint32Array;
  /** Places of the operations that never completed. */
  readonly open: readonly number[];
  /** Nodes or keys that share the last lane: more than can be drawn. */
  readonly shared: number;
}

/** Operations of one node or key that overlap are drawn below each other, in so many lanes at most. */
const MOST_TRACKS = 8;
/** More nodes or keys than this share one last lane. */
const MOST_GROUPS = 500;

type Data = Pick<Timeline, "lanes" | "nodes" | "keys">;

/** Sorts the operations that `mask` has (all if there is none) into lanes. Linear in their number. */
export function groupBy(
  by: Grouping,
  timeline: Data,
  operations: Operations,
  mask: Uint8Array | undefined,
): Lanes {
  const lanes =
    by === "process"
      ? clientLanes(timeline, operations, mask)
      : packedLanes(
          by === "node" ? operations.node : operations.key,
          by === "node" ? timeline.nodes : timeline.keys,
          by,
          operations,
          mask,
        );
  return placesOf(lanes, operations);
}

interface Assignment {
  readonly names: readonly string[];
  readonly laneOf: Int32Array;
  readonly shared: number;
}

function clientLanes(timeline: Data, { lane }: Operations, mask: Uint8Array | undefined): Assignment {
  const used = new Uint8Array(timeline.lanes.length);
  const laneOf = new Int32Array(lane);
  for (let row = 0; row < laneOf.length; row++) {
    if (mask !== undefined && mask[row] === 0) laneOf[row] = -1;
    else used[laneOf[row] as number] = 1;
  }
  if (mask === undefined) return { names: timeline.lanes, laneOf, shared: 0 };
  const left = [...used.keys()].filter((each) => used[each] === 1);
  const renumbered = new Int32Array(used.length);
  for (const [i, each] of left.entries()) renumbered[each] = i;
  for (let row = 0; row < laneOf.length; row++) {
    const each = laneOf[row] as number;
    if (each >= 0) laneOf[row] = renumbered[each] as number;
  }
  return { names: left.map((each) => timeline.lanes[each] ?? "?"), laneOf, shared: 0 };
}

/** A lane for each node or key, and more below it where its operations overlap. */
function packedLanes(
  column: Int32Array,
  names: readonly string[],
  by: Grouping,
  operations: Operations,
  mask: Uint8Array | undefined,
): Assignment {
  const has = (row: number): boolean => mask === undefined || mask[row] === 1;
  const { order, shared } = shownGroups(column, names, operations, has);
  const placeOf = new Int32Array(names.length + 1).fill(order.length);
  for (const [place, group] of order.entries()) placeOf[group] = place;
  const groups = order.length + (shared > 0 ? 1 : 0);
  const freeFrom = Array.from({ length: groups }, (): number[] => []);
  const laneOf = new Int32Array(operations.count).fill(-1);
  const trackOf = new Uint8Array(operations.count);
  for (let row = 0; row < operations.count; row++) {
    if (!has(row)) continue;
    const group = placeOf[(column[row] as number) < 0 ? names.length : (column[row] as number)] as number;
    laneOf[row] = group;
    trackOf[row] = trackFor(freeFrom[group] as number[], operations, row);
  }
  const base = new Int32Array(groups + 1);
  for (let group = 0; group < groups; group++) {
    base[group + 1] = (base[group] as number) + Math.max(1, freeFrom[group]?.length ?? 1);
  }
  for (let row = 0; row < operations.count; row++) {
    const group = laneOf[row] as number;
    if (group >= 0) laneOf[row] = (base[group] as number) + (trackOf[row] as number);
  }
  const titles = new Array<string>(base[groups] as number).fill("");
  for (const [place, group] of order.entries()) titles[base[place] as number] = names[group] ?? `no ${by}`;
  if (shared > 0) titles[base[order.length] as number] = "others";
  return { names: titles, laneOf, shared };
}

/** The first track that is free; the last one takes what finds no room. What never completed holds none. */
function trackFor(freeFrom: number[], { start, end }: Operations, row: number): number {
  const from = start[row] as number;
  const until = Number.isFinite(end[row] as number) ? (end[row] as number) : from;
  const free = freeFrom.findIndex((at) => at <= from);
  if (free < 0 && freeFrom.length < MOST_TRACKS) return freeFrom.push(until) - 1;
  const track = free < 0 ? MOST_TRACKS - 1 : free;
  freeFrom[track] = Math.max(freeFrom[track] as number, until);
  return track;
}

/** The groups that get lanes of their own, by name: those of witnesses first, then those with most operations. */
function shownGroups(
  column: Int32Array,
  names: readonly string[],
  { count, witnesses }: Operations,
  has: (row: number) => boolean,
): { readonly order: readonly number[]; readonly shared: number } {
  const weight = new Float64Array(names.length + 1);
  const add = (row: number, by: number): void => {
    if (!has(row)) return;
    const group = (column[row] as number) < 0 ? names.length : (column[row] as number);
    weight[group] = (weight[group] as number) + by;
  };
  for (let row = 0; row < count; row++) add(row, 1);
  for (const row of witnesses) add(row, count);
  const used = [...weight.keys()].filter((group) => (weight[group] as number) > 0);
  const heaviest =
    used.length <= MOST_GROUPS
      ? used
      : used.toSorted((a, b) => (weight[b] as number) - (weight[a] as number)).slice(0, MOST_GROUPS);
  const text = new Intl.Collator("en", { numeric: true });
  const order = heaviest.toSorted((a, b) =>
    a === names.length ? 1 : b === names.length ? -1 : text.compare(names[a] ?? "", names[b] ?? ""),
  );
  return { order, shared: used.length - order.length };
}

function placesOf({ names, laneOf, shared }: Assignment, operations: Operations): Lanes {
  const first = new Uint32Array(names.length + 1);
  for (const lane of laneOf) if (lane >= 0) first[lane + 1] = (first[lane + 1] as number) + 1;
  for (let lane = 1; lane < first.length; lane++)
    first[lane] = (first[lane] as number) + (first[lane - 1] as number);
  const total = first[names.length] as number;
  const row = new Uint32Array(total);
  const next = first.slice();
  for (let each = 0; each < laneOf.length; each++) {
    const lane = laneOf[each] as number;
    if (lane < 0) continue;
    row[next[lane] as number] = each;
    next[lane] = (next[lane] as number) + 1;
  }
  return { names, first, row, laneOf, shared, ...timesOf(first, row, operations) };
}

/** An operation that never completed says nothing about when its neighbours end, so it does not count for `reach`. */
function timesOf(
  first: Uint32Array,
  row: Uint32Array,
  operations: Operations,
): Pick<Lanes, "start" | "end" | "reach" | "failed" | "indefinite" | "open"> {
  const start = new Float64Array(row.length);
  const end = new Float64Array(row.length);
  const reach = new Float64Array(row.length);
  const failed = new Uint32Array(row.length + 1);
  const indefinite = new Uint32Array(row.length + 1);
  const open: number[] = [];
  for (let lane = 0; lane + 1 < first.length; lane++) {
    let latest = Number.NEGATIVE_INFINITY;
    for (let place = first[lane] as number; place < (first[lane + 1] as number); place++) {
      const each = row[place] as number;
      const until = operations.end[each] as number;
      const status = (operations.flags[each] as number) & STATUS_MASK;
      start[place] = operations.start[each] as number;
      end[place] = until;
      if (until === Number.POSITIVE_INFINITY) open.push(place);
      else if (until > latest) latest = until;
      reach[place] = latest;
      failed[place + 1] = (failed[place] as number) + (status === 1 ? 1 : 0);
      indefinite[place + 1] = (indefinite[place] as number) + (status === 2 ? 1 : 0);
    }
  }
  return { start, end, reach, failed, indefinite, open };
}

/** The place of a row in its lane; undefined if it is filtered out. */
export function placeOf(lanes: Lanes, row: number): number | undefined {
  const lane = lanes.laneOf[row] ?? -1;
  if (lane < 0) return undefined;
  let low = lanes.first[lane] as number;
  let high = lanes.first[lane + 1] as number;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lanes.row[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row of the operation of a lane nearest to `at`, no further than `within`; undefined if there is none. */
export function rowAt(lanes: Lanes, lane: number, at: number, within: number): number | undefined {
  const from = lanes.first[lane] ?? 0;
  const to = lanes.first[lane + 1] ?? 0;
  const after = lowerBound(lanes.start, at, from, to);
  let best: number | undefined;
  let bestDistance = within;
  for (let place = Math.min(after, to - 1); place >= Math.max(from, after - LOOK_BACK); place--) {
    const distance = Math.max((lanes.start[place] as number) - at, at - (lanes.end[place] as number), 0);
    if (distance > bestDistance || (best !== undefined && distance === bestDistance)) continue;
    best = lanes.row[place] as number;
    bestDistance = distance;
  }
  return best;
}

/** Operations that began before the pointer and may still be the nearest to it: in a shared lane some overlap. */
const LOOK_BACK = 8;
