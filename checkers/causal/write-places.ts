import { NONE } from "#core/history";
import { groupRows } from "../groups.ts";
import type { OperationGraph } from "./operation-graph.ts";

/**
 * For each key and lane, the places at which writes of the key enter the lane, ascending. A write enters its own lane; an
 * indefinite one, which has none, enters each lane where it was first read.
 */
export interface WritePlaces {
  /** Runs of key `k`: `keyStart[k] …`; each is one lane. */
  readonly keyStart: Int32Array;
  readonly runLane: Int32Array;
  /** Entries of run `r`: `runStart[r] …`. */
  readonly runStart: Int32Array;
  readonly place: Int32Array;
  readonly write: Int32Array;
}

export function writePlaces(graph: OperationGraph): WritePlaces {
  const { laneNodes, laneCount, laneStart, lane, position, key, writes, readsFrom } = graph;
  const entries: number[] = [];
  const places: number[] = [];
  const keys: number[] = [];
  const lanes: number[] = [];
  const enter = (write: number, at: number): void => {
    entries.push(write);
    places.push(position[at]!);
    keys.push(key[write]!);
    lanes.push(lane[at]!);
  };
  const enteredIn = new Int32Array(graph.count).fill(NONE);
  for (let one = 0; one < laneCount; one++) {
    for (let i = laneStart[one]!; i < laneStart[one + 1]!; i++) {
      const node = laneNodes[i]!;
      for (
        let from = readsFrom[node]!;
        from >= 0 && lane[from] === NONE && enteredIn[from] !== one;
        from = readsFrom[from]!
      ) {
        enteredIn[from] = one;
        enter(from, node);
      }
      if (writes[node] === 1) enter(node, node);
    }
  }
  const keyCount = graph.history.keys.length;
  const byKey = groupRows(Int32Array.from(entries.keys()), Int32Array.from(keys), keyCount);
  const keyStart = new Int32Array(keyCount + 1);
  const runLane: number[] = [];
  const runStart: number[] = [];
  for (let one = 0; one < keyCount; one++) {
    keyStart[one] = runLane.length;
    for (let i = byKey.start[one]!; i < byKey.start[one + 1]!; i++) {
      const own = lanes[byKey.rows[i]!]!;
      if (i > byKey.start[one]! && runLane[runLane.length - 1] === own) continue;
      runLane.push(own);
      runStart.push(i);
    }
  }
  keyStart[keyCount] = runLane.length;
  runStart.push(entries.length);
  return {
    keyStart,
    runLane: Int32Array.from(runLane),
    runStart: Int32Array.from(runStart),
    place: byKey.rows.map((i) => places[i]!),
    write: byKey.rows.map((i) => entries[i]!),
  };
}

/** The last entry of a run at or before a place, or `runStart[run] - 1`. */
export function lastEntry({ runStart, place }: WritePlaces, run: number, until: number): number {
  let low = runStart[run]!;
  let high = runStart[run + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (place[middle]! <= until) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
