import { NONE } from "#core/history";
import { byRank } from "../by-rank.ts";

/** How far behind one read was; `newer` is the position of the newer version that was known first. */
export interface Lag {
  readonly versions: number;
  readonly newer: number;
}

/** To make a tree takes as long as to look at every version so many times. */
const LOOKS = 16;

/**
 * The versions of one key in an order where those that count as newer than a version are a suffix. Answers, for reads asked
 * in order of invocation, how many newer versions were known before the read began, and which of them first.
 */
export class NewerVersions {
  readonly #known: Int32Array;
  /** Position of the least `known` from each position on. */
  readonly #firstKnown: Int32Array;
  #counter: SuffixCounter | undefined;
  /** Versions that were looked at one by one. */
  #looked = 0;

  /** The last position known before `rank`, or NONE. Ranks must not go back. */
  latestKnown(rank: number): number {
    this.#counter ??= new SuffixCounter(this.#known);
    return this.#counter.latest(rank);
  }

  /** `known`: by position, when each version was known. */
  constructor(known: Int32Array) {
    this.#known = known;
    this.#firstKnown = new Int32Array(known.length);
    let least = NONE;
    for (let i = known.length - 1; i >= 0; i--) {
      if (least === NONE || known[i]! < known[least]!) least = i;
      this.#firstKnown[i] = least;
    }
  }

  /** Of the versions from position `from` on: those known before `rank`. Undefined: none. Ranks must not go back. */
  knownFrom(from: number, rank: number): Lag | undefined {
    const newer = from < this.#known.length ? this.#firstKnown[from]! : NONE;
    if (newer === NONE || this.#known[newer]! >= rank) return undefined;
    return { versions: this.#count(from, rank), newer };
  }

  /** The tree is worth its making only where many are asked for. */
  #count(from: number, rank: number): number {
    const known = this.#known;
    if (this.#counter === undefined && this.#looked < LOOKS * known.length) {
      this.#looked += known.length - from;
      let count = 0;
      for (let i = from; i < known.length; i++) if (known[i]! < rank) count++;
      return count;
    }
    this.#counter ??= new SuffixCounter(known);
    return this.#counter.count(from, rank);
  }
}

/** Counts versions from a position on that were known before a rank, in O(log n) (Fenwick 1994). */
class SuffixCounter {
  readonly #known: Int32Array;
  readonly #order: Int32Array;
  readonly #tree: Int32Array;
  #added = 0;
  #latest = NONE;

  constructor(known: Int32Array) {
    this.#known = known;
    this.#order = byRank(known);
    this.#tree = new Int32Array(known.length + 1);
  }

  count(from: number, rank: number): number {
    this.#advance(rank);
    return this.#added - this.#before(from);
  }

  latest(rank: number): number {
    this.#advance(rank);
    return this.#latest;
  }

  #advance(rank: number): void {
    while (this.#added < this.#order.length && this.#known[this.#order[this.#added]!]! < rank) {
      const position = this.#order[this.#added++]!;
      this.#latest = Math.max(this.#latest, position);
      this.#add(position);
    }
  }

  #add(position: number): void {
    for (let i = position + 1; i < this.#tree.length; i += i & -i) this.#tree[i]!++;
  }

  #before(position: number): number {
    let sum = 0;
    for (let i = position; i > 0; i -= i & -i) sum += this.#tree[i]!;
    return sum;
  }
}

/** The first position whose rank is above `rank`; ranks ascend. Quickest where it is close to `near`. */
export function firstAbove(ranks: Int32Array | Float64Array, rank: number, near = 0): number {
  let low = Math.min(near, ranks.length);
  let high = low;
  for (let step = 1; low > 0 && ranks[low - 1]! > rank; step *= 2) {
    high = low - 1;
    low = Math.max(0, low - 1 - step);
  }
  for (let step = 1; high < ranks.length && ranks[high]! <= rank; step *= 2) {
    low = high + 1;
    high = Math.min(ranks.length, high + 1 + step);
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ranks[middle]! > rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** When an initial state was known: before everything. */
export const KNOWN_FROM_START: number = NONE;
