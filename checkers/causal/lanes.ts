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
  const last: number[] = [];
  const crossStart = new Int32Array(count + 1);
  const cross: number[] = [];
  let overlap = false;
  for (let node = 0; node < count; node++) {
    const row = rows[node]!;
    const inv = history.invRank[row]!;
    const lanes = lanesOf[history.session[row]!]!;
    if (history.status[row] === STATUS.ok) {
      let own = lanes.find((one) => history.retRank[rows[last[one]!]!]! < inv);
      if (own === undefined) {
        own = last.push(NONE) - 1;
        lanes.push(own);
        overlap ||= lanes.length > 1;
      }
      lane[node] = own;
      before[node] = last[own]!;
      if (last[own] !== NONE) position[node] = position[last[own]!]! + 1;
    }
    for (const other of lanes) {
      if (other === lane[node]) continue;
      // Operations of a lane do not overlap: only its last one can be still open.
      const latest = last[other]!;
      const returned = history.retRank[rows[latest]!]! < inv ? latest : before[latest]!;
      if (returned !== NONE) cross.push(returned);
    }
    if (lane[node] !== NONE) last[lane[node]!] = node;
    crossStart[node + 1] = cross.length;
  }
  const inLanes = Int32Array.from(lane.keys()).filter((node) => lane[node] !== NONE);
  const groups = groupRows(inLanes, lane, last.length);
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
