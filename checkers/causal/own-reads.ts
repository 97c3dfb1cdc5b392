import { NONE } from "#core/history";
import { INITIAL, type OperationGraph } from "./operation-graph.ts";

/** What a session read of each key, in its order. Used by the views of all sessions in turn. */
export class OwnReads {
  /** By key: its reads of something written are `place[start] … place[end - 1]`; places are numbers of own operations. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  place = new Int32Array(0);
  /** By read, alongside `place`: the write read from. */
  source = new Int32Array(0);
  /** By key: the last read of the initial state, or NONE. */
  readonly lastInitial: Int32Array;

  constructor(keys: number) {
    this.start = new Int32Array(keys).fill(NONE);
    this.end = new Int32Array(keys);
    this.lastInitial = new Int32Array(keys).fill(NONE);
  }

  learn({ key, readsFrom }: OperationGraph, own: Int32Array): void {
    const { start, end } = this;
    if (this.place.length < own.length) {
      this.place = new Int32Array(own.length);
      this.source = new Int32Array(own.length);
    }
    for (const node of own) if (readsFrom[node]! >= 0) end[key[node]!]!++;
    let total = 0;
    for (const node of own) {
      const one = key[node]!;
      if (readsFrom[node]! < 0 || start[one] !== NONE) continue;
      start[one] = total;
      total += end[one]!;
      end[one] = start[one]!;
    }
    own.forEach((node, i) => {
      const from = readsFrom[node]!;
      if (from === INITIAL) this.lastInitial[key[node]!] = i;
      if (from < 0) return;
      const at = end[key[node]!]!++;
      this.place[at] = i;
      this.source[at] = from;
    });
  }

  forget({ key }: OperationGraph, own: Int32Array): void {
    for (const node of own) {
      this.start[key[node]!] = NONE;
      this.end[key[node]!] = 0;
      this.lastInitial[key[node]!] = NONE;
    }
  }

  /** The first read of a key from a place on that saw another write, or NONE; `place` and `source` tell of it. */
  firstOfOther(key: number, from: number, write: number): number {
    const { place, source } = this;
    const end = this.end[key]!;
    let low = this.start[key]!;
    if (low === NONE || place[end - 1]! < from) return NONE;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (place[middle]! < from) low = middle + 1;
      else high = middle;
    }
    while (low < end && source[low] === write) low++;
    return low < end ? low : NONE;
  }
}
