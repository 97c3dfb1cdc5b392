import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import type { OperationGraph } from "./operation-graph.ts";
import { INITIAL, NO_READ } from "./operation-graph.ts";
import { lastEntry, type WritePlaces } from "./write-places.ts";

/** Told of each write that is in the past of a read of the same key which read from another write. */
export interface PassListener {
  /** `write` came before `read`, which saw the initial state. */
  beforeInitial(write: number, read: number): void;
  /** `write` came before `read`, which read from `source`; `past` is what came before `write`, where it was kept. */
  before(write: number, source: number, read: number, past: Int32Array | undefined): void;
}

/**
 * Goes through the operations in causal order with a clock per lane: the place up to which the lane is in the past. For each
 * read, and each lane that writes its key, only the latest write in the past is told, and writes that precede the read's
 * source anyway are not: the older ones follow. Source: Liu and others 2025 (AWDIT), for operations instead of
 * transactions. O(operations × lanes); a clock is kept only until its last reader.
 */
export class CausalPass {
  readonly #graph: OperationGraph;
  readonly #places: WritePlaces;
  readonly #listener: PassListener;
  readonly #lanes: (Int32Array | undefined)[];
  /** By node: where in `#clocks` its clock is kept, or NONE. */
  readonly #kept: Int32Array;
  readonly #clocks: Int32Array[] = [];
  readonly #waiting: Int32Array;
  readonly #free: number[] = [];
  /** By node: whether its clock stays until the end. */
  readonly #keep: Uint8Array | undefined;

  constructor(graph: OperationGraph, places: WritePlaces, listener: PassListener, keep?: Uint8Array) {
    this.#graph = graph;
    this.#places = places;
    this.#listener = listener;
    this.#keep = keep;
    this.#lanes = Array.from({ length: graph.laneCount });
    this.#kept = new Int32Array(graph.count).fill(NONE);
    this.#waiting = new Int32Array(graph.count);
    for (let node = 0; node < graph.count; node++) {
      const from = graph.readsFrom[node]!;
      if (from >= 0) this.#waiting[from]!++;
    }
    for (const node of graph.cross) this.#waiting[node]!++;
  }

  run(order: Int32Array, budget: Budget): void {
    for (const node of order) {
      budget.tick();
      this.#step(node);
    }
  }

  #step(node: number): void {
    const { lane, position, crossStart, cross, readsFrom, laneCount } = this.#graph;
    const own = lane[node]!;
    const clock = (own === NONE ? undefined : this.#lanes[own]) ?? new Int32Array(laneCount).fill(NONE);
    if (own !== NONE) this.#lanes[own] = clock;
    for (let i = crossStart[node]!; i < crossStart[node + 1]!; i++) this.#join(clock, cross[i]!);
    const from = readsFrom[node]!;
    if (from >= 0) join(clock, this.#clocks[this.#kept[from]!]!);
    if (from !== NO_READ && this.#isWanted(from)) this.#tell(node, from, clock);
    if (from >= 0) this.#release(from);
    if (own !== NONE) clock[own] = position[node]!;
    if (this.#waiting[node]! > 0 || this.#keep?.[node] === 1) {
      const slot = this.#free.pop() ?? this.#clocks.push(new Int32Array(laneCount)) - 1;
      this.#clocks[slot]!.set(clock);
      this.#kept[node] = slot;
    }
  }

  /** Where only some clocks are kept, only reads from these matter. */
  #isWanted(source: number): boolean {
    return this.#keep === undefined || (source >= 0 && this.#keep[source] === 1);
  }

  #join(clock: Int32Array, node: number): void {
    join(clock, this.#clocks[this.#kept[node]!]!);
    this.#release(node);
  }

  #release(node: number): void {
    if (--this.#waiting[node]! > 0 || this.#keep?.[node] === 1) return;
    this.#free.push(this.#kept[node]!);
    this.#kept[node] = NONE;
  }

  #tell(read: number, source: number, clock: Int32Array): void {
    const { keyStart, runLane, runStart, place, write } = this.#places;
    const key = this.#graph.key[read]!;
    const known = source === INITIAL ? undefined : this.#clocks[this.#kept[source]!];
    for (let run = keyStart[key]!; run < keyStart[key + 1]!; run++) {
      const until = clock[runLane[run]!]!;
      const since = known === undefined ? NONE : known[runLane[run]!]!;
      if (until <= since) continue;
      const first = runStart[run]!;
      for (let entry = lastEntry(this.#places, run, until); entry >= first; entry--) {
        if (place[entry]! <= since) break;
        const other = write[entry]!;
        if (source === INITIAL) this.#listener.beforeInitial(other, read);
        else if (other !== source)
          this.#listener.before(other, source, read, this.#clocks[this.#kept[other]!]);
        // What came before a write of the lane itself precedes that write; an indefinite one has no lane.
        if (this.#graph.lane[other] !== NONE) break;
      }
    }
  }
}

function join(clock: Int32Array, other: Int32Array): void {
  for (let lane = 0; lane < clock.length; lane++) {
    if (other[lane]! > clock[lane]!) clock[lane] = other[lane]!;
  }
}
