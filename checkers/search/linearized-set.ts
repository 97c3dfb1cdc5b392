import { NEVER, NONE } from "#core/history";
import type { Problem } from "./problem.ts";

/**
 * The set of entries already put in order. Of those that must take effect nearly all before the first missing one are in it,
 * and none long after: only the words in between tell two sets apart.
 */
export class LinearizedSet {
  /** Position of each entry among those that must take effect, or among the others. */
  readonly #slot: Int32Array;
  readonly #isOptional: Uint8Array;
  readonly #words: Int32Array;
  readonly #optionalWords: Int32Array;
  /** First entry that must take effect and is missing; everything before it is in. */
  #base = 0;
  #highest = NONE;
  #hash = 0;

  constructor({ length, ret }: Problem<unknown, unknown>) {
    this.#slot = new Int32Array(length);
    this.#isOptional = new Uint8Array(length);
    let [required, optional] = [0, 0];
    for (let entry = 0; entry < length; entry++) {
      this.#isOptional[entry] = ret[entry] === NEVER ? 1 : 0;
      this.#slot[entry] = ret[entry] === NEVER ? optional++ : required++;
    }
    this.#words = new Int32Array((required >>> 5) + 1);
    this.#optionalWords = new Int32Array((optional + 31) >>> 5);
  }

  get base(): number {
    return this.#base;
  }

  get highest(): number {
    return this.#highest;
  }

  get hash(): number {
    return this.#hash;
  }

  has(entry: number): boolean {
    const slot = this.#slot[entry]!;
    const words = this.#isOptional[entry] === 1 ? this.#optionalWords : this.#words;
    return (words[slot >>> 5]! & (1 << (slot & 31))) !== 0;
  }

  add(entry: number): void {
    this.#flip(entry);
    if (this.#isOptional[entry] === 1) return;
    const slot = this.#slot[entry]!;
    if (slot > this.#highest) this.#highest = slot;
    while ((this.#words[this.#base >>> 5]! & (1 << (this.#base & 31))) !== 0) this.#base++;
  }

  /** Undoes the latest `add`; `base` and `highest` are what they were before it. */
  remove(entry: number, base: number, highest: number): void {
    this.#flip(entry);
    this.#base = base;
    this.#highest = highest;
  }

  /** Writes what tells this set from others to `to`, from position `at`. @returns the position after it */
  write(to: number[], at: number): number {
    let position = at;
    to[position++] = this.#base;
    for (let word = this.#base >>> 5; word <= this.#highest >> 5; word++) to[position++] = this.#words[word]!;
    for (const word of this.#optionalWords) to[position++] = word;
    return position;
  }

  #flip(entry: number): void {
    const slot = this.#slot[entry]!;
    const words = this.#isOptional[entry] === 1 ? this.#optionalWords : this.#words;
    words[slot >>> 5]! ^= 1 << (slot & 31);
    this.#hash ^= mixed(entry + 1);
  }
}

/** A well-spread number for each entry (murmur3's finalizer): exclusive or of these is the hash of a set (Zobrist 1970). */
export function mixed(number: number): number {
  let h = Math.imul(number, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
