import { type History, STATUS } from "#core/history";
import { isSequential } from "./counter-sessions.ts";
import type { CrdtObject } from "./crdt-objects.ts";

/** Bits of all that operations see of updates: more would fill the memory. */
const MAX_BITS = 25_000_000;

/**
 * The least that each operation on an object sees under causal visibility: what its session did and saw before, and what
 * those updates saw that it is known to see (`require`). One bit per operation and update.
 */
export class CausalSight {
  readonly updates: readonly number[];
  readonly #history: History;
  /** Operations in the order of rows. */
  readonly #rows: readonly number[];
  readonly #place = new Map<number, number>();
  readonly #bit = new Map<number, number>();
  readonly #words: number;
  readonly #seen: Uint32Array;
  /** By place: the places before it in its session that promise to be seen. */
  readonly #before: readonly (readonly number[])[];
  /** By place: bits of updates that it is known to see. */
  readonly #required: Set<number>[];

  constructor(history: History, object: CrdtObject, from?: CausalSight) {
    this.#history = history;
    this.updates = object.updates;
    this.#rows = [...object.updates, ...object.reads].sort((a, b) => a - b);
    this.#rows.forEach((row, place) => this.#place.set(row, place));
    this.updates.forEach((row, bit) => this.#bit.set(row, bit));
    this.#words = Math.ceil(this.updates.length / 32);
    this.#seen = from === undefined ? new Uint32Array(this.#words * this.#rows.length) : from.#seen.slice();
    this.#before = from === undefined ? sessionEdges(history, this.#rows) : from.#before;
    this.#required =
      from === undefined ? this.#rows.map(() => new Set()) : from.#required.map((bits) => new Set(bits));
  }

  static fits({ updates, reads }: CrdtObject): boolean {
    return updates.length * (updates.length + reads.length) <= MAX_BITS;
  }

  /** Whether what is known so far makes an operation see an update. */
  sees(row: number, update: number): boolean {
    const bit = this.#bit.get(update)!;
    return (this.#seen[this.#place.get(row)! * this.#words + (bit >> 5)]! & (1 << (bit & 31))) !== 0;
  }

  /** From now on the operation is known to see the update; `settle` draws the conclusions. */
  require(row: number, update: number): void {
    this.#required[this.#place.get(row)!]!.add(this.#bit.get(update)!);
  }

  /** Draws all conclusions. */
  settle(): void {
    for (let changes = true; changes; ) {
      changes = false;
      for (let place = 0; place < this.#rows.length; place++) changes = this.#update(place) || changes;
    }
  }

  /** Whether what is seen can be: no update sees itself, and none is seen before it began. O(operations × updates) */
  get isPossible(): boolean {
    const { invRank, retRank } = this.#history;
    return this.#rows.every((row, place) => {
      const seen = this.#seen.subarray(place * this.#words, (place + 1) * this.#words);
      return this.updates.every(
        (update, bit) =>
          (seen[bit >> 5]! & (1 << (bit & 31))) === 0 || (update !== row && invRank[update]! < retRank[row]!),
      );
    });
  }

  #update(place: number): boolean {
    const seen = this.#seen.subarray(place * this.#words, (place + 1) * this.#words);
    const former = seen.slice();
    for (const before of this.#before[place]!) {
      this.#take(seen, before);
      this.#set(seen, this.#bit.get(this.#rows[before]!));
    }
    for (const bit of this.#required[place]!) {
      this.#set(seen, bit);
      this.#take(seen, this.#place.get(this.updates[bit]!)!);
    }
    return seen.some((word, i) => word !== former[i]);
  }

  #take(seen: Uint32Array, place: number): void {
    for (let i = 0; i < this.#words; i++) seen[i]! |= this.#seen[place * this.#words + i]!;
  }

  #set(seen: Uint32Array, bit: number | undefined): void {
    if (bit !== undefined) seen[bit >> 5]! |= 1 << (bit & 31);
  }
}

/** By place: those before it in its session; where a session does one thing after the other, the nearest is enough. */
function sessionEdges(history: History, rows: readonly number[]): number[][] {
  const edges: number[][] = rows.map(() => []);
  const bySession = Map.groupBy(rows.keys(), (place) => history.session[rows[place]!]!);
  for (const places of bySession.values()) {
    const sequential = isSequential(
      history,
      Int32Array.from(places, (place) => rows[place]!),
    );
    let last: number[] = [];
    places.forEach((place, i) => {
      const promises = history.status[rows[place]!] === STATUS.ok;
      edges[place] = sequential
        ? last
        : places.slice(0, i).filter((one) => isBefore(history, rows[one]!, rows[place]!));
      if (promises) last = [place];
    });
  }
  return edges;
}

/** Indefinite operations never return. */
const isBefore = ({ retRank, invRank }: History, a: number, b: number): boolean => retRank[a]! < invRank[b]!;
