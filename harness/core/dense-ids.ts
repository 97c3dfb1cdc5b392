import { NONE } from "./history.ts";

/** Keys with fewer values are not worth an array. */
const FEWEST = 8;
/** Numbers are dense below so many times the count of a key's values. */
const DENSITY = 4;
const NO_IDS = new Int32Array(0);

/**
 * Ids of small integers by key: an array per key that grows as long as its values are dense, as those of counters are, the
 * commonest of all. What does not fit is for the hash behind it.
 */
export class DenseIds {
  /** By key, then number: id + 1, or 0. */
  readonly #ids: Int32Array[] = [];

  /** Whether a number of a key that has `count` values may be kept here. */
  fits(key: number, number: number, count: number): boolean {
    if (key < 0 || (number | 0) !== number || number < 0) return false;
    while (key >= this.#ids.length) this.#ids.push(NO_IDS);
    if (number < this.#ids[key]!.length) return true;
    if (count < FEWEST || number >= DENSITY * count) return false;
    this.#grow(key, number);
    return true;
  }

  /** The id of a number that fits; NONE if it has none. */
  get(key: number, number: number): number {
    return this.#ids[key]![number]! - 1;
  }

  set(key: number, number: number, id: number): void {
    this.#ids[key]![number] = id + 1;
  }

  /** The id of any number that was set, else NONE. */
  find(key: number, number: number): number {
    const id = this.#ids[key]?.[number] ?? 0;
    return id === 0 ? NONE : id - 1;
  }

  #grow(key: number, number: number): void {
    const former = this.#ids[key]!;
    const ids = new Int32Array(Math.max(2 * former.length, number + 1));
    ids.set(former);
    this.#ids[key] = ids;
  }
}
