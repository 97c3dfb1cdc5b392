import type { Demands } from "./key-walk.ts";

/** Collects the stretches of a guessed order within which demands contradict it. */
export class Spans implements Demands {
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  #merged: readonly (readonly [number, number])[] | undefined;

  get isEmpty(): boolean {
    return this.#from.length === 0;
  }

  add(_from: number, fromPlace: number, _to: number, toPlace: number): void {
    if (fromPlace < toPlace) return;
    this.#from.push(toPlace);
    this.#to.push(fromPlace);
  }

  /** A group's place is that of its last version: such demands never contradict. */
  addToGroup(): void {}

  /** The stretch that holds both places, counted from 0, or -1. */
  holding(one: number, other: number): number {
    this.#merged ??= this.#merge();
    const found = spanBefore(this.#merged, one);
    if (found < 0) return -1;
    const [from, to] = this.#merged[found]!;
    return one <= to && other >= from && other <= to ? found : -1;
  }

  /** Stretches that share a place become one. */
  #merge(): [number, number][] {
    const order = [...this.#from.keys()].sort((a, b) => this.#from[a]! - this.#from[b]!);
    const merged: [number, number][] = [];
    for (const i of order) {
      const last = merged.at(-1);
      if (last !== undefined && this.#from[i]! <= last[1]) last[1] = Math.max(last[1], this.#to[i]!);
      else merged.push([this.#from[i]!, this.#to[i]!]);
    }
    return merged;
  }
}

/** The last span that begins at or before a place, or -1. */
function spanBefore(spans: readonly (readonly [number, number])[], place: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (spans[middle]![0] <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
