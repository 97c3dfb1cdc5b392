import { type History, NONE, STATUS } from "#core/history";
import { groupRows } from "../groups.ts";

/**
 * Session order: an operation comes after those of its session that had returned before it was invoked. Operations of a
 * session that overlap are laid in different *lanes*, so that each lane is a chain. An indefinite operation is a spur: it has
 * no lane, and nothing comes after it.
 */
export interface Lanes {
  readonly laneCount: number;
  /** By node: its lane, NONE for a spur. */
  readonly lane: Int32Array;
  /** By node: its place in its lane, from 0. */
  readonly position: Int32Array;
  /** Nodes of lane `l`: `laneNodes[laneStart[l]] …`. */
  readonly laneStart: Int32Array;
  readonly laneNodes: Int32Array;
  /** By node: the last ones before it in other lanes of its session, in compressed form. */
  readonly crossStart: Int32Array;
  readonly cross: Int32Array;
  /** Whether successful operations of one session overlap. */
  readonly overlap: boolean;
}

/** The node before this one in its lane, or NONE. */
export function previousOf({ lane, position, laneStart, laneNodes }: Lanes, node: number): number {
  const place = position[node]!;
  return place > 0 ? laneNodes[laneStart[lane[node]!]! + place - 1]! : NONE;
}

/** Lays operations, given in order of invocation, in lanes. O(operations × lanes of a session). */
export function layLanes(history: History, rows: Int32Array): Lanes {
  const count = rows.length;
  const lane = new Int32Array(count).fill(NONE);
  const position = new Int32Array(count);
  const before = new Int32Array(count).fill(NONE);
  const lanesOf: number[][] = history.sessionNames.map(() => []);
  /** By lane: its last node, and when that returned. */
  const last: number[] = [];
  const until: number[] = [];
  const laid = new Int32Array(count);
  let laidCount = 0;
  const crossStart = new Int32Array(count + 1);
  const cross: number[] = [];
  let overlap = false;
  for (let node = 0; node < count; node++) {
    const row = rows[node]!;
    const inv = history.invRank[row]!;
    const lanes = lanesOf[history.session[row]!]!;
    if (history.status[row] === STATUS.ok) {
      const own = freeLane(lanes, until, inv) ?? last.push(NONE) - 1;
      if (last[own] === NONE) lanes.push(own);
      overlap ||= lanes.length > 1;
      lane[node] = own;
      before[node] = last[own]!;
      if (before[node] !== NONE) position[node] = position[before[node]!]! + 1;
      until[own] = history.retRank[row]!;
      laid[laidCount++] = node;
    }
    for (const other of lanes) {
      if (other === lane[node]) continue;
      // Operations of a lane do not overlap: only its last one can be still open.
      const returned = until[other]! < inv ? last[other]! : before[last[other]!]!;
      if (returned !== NONE) cross.push(returned);
    }
    if (lane[node] !== NONE) last[lane[node]!] = node;
    crossStart[node + 1] = cross.length;
  }
  const groups = groupRows(laid.subarray(0, laidCount), lane, last.length);
  return {
    laneCount: last.length,
    lane,
    position,
    laneStart: groups.start,
    laneNodes: groups.rows,
    crossStart,
    cross: Int32Array.from(cross),
    overlap,
  };
}

/** A lane whose last operation has returned by then. */
function freeLane(lanes: readonly number[], until: readonly number[], inv: number): number | undefined {
  for (const lane of lanes) if (until[lane]! < inv) return lane;
  return undefined;
}
