/** More ranges than this are not kept. */
const MAX_RANGES = 4_096;

/** The sums that choices among amounts can make, as ranges of whole numbers that do not touch. Immutable. */
export class Sums {
  readonly #low: readonly number[];
  readonly #high: readonly number[];

  private constructor(low: readonly number[], high: readonly number[]) {
    this.#low = low;
    this.#high = high;
  }

  static of(start: number): Sums {
    return new Sums([start], [start]);
  }

  get least(): number {
    return this.#low[0]!;
  }

  get most(): number {
    return this.#high.at(-1)!;
  }

  /** These sums, and each of them with `amount` added. Undefined where they are too many. O(ranges). */
  with(amount: number): Sums | undefined {
    if (amount === 0) return this;
    const [low, high]: [number[], number[]] = [[], []];
    const add = (from: number, to: number): void => {
      if (low.length > 0 && from <= high.at(-1)! + 1) high[high.length - 1] = Math.max(high.at(-1)!, to);
      else {
        low.push(from);
        high.push(to);
      }
    };
    let [i, j] = [0, 0];
    while (i < this.#low.length || j < this.#low.length) {
      const own = this.#low[i] ?? Number.POSITIVE_INFINITY;
      const moved = (this.#low[j] ?? Number.POSITIVE_INFINITY) + amount;
      if (own <= moved) add(own, this.#high[i++]!);
      else add(moved, this.#high[j++]! + amount);
    }
    return low.length > MAX_RANGES ? undefined : new Sums(low, high);
  }

  has(sum: number): boolean {
    let [from, to] = [0, this.#low.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#high[middle]! < sum) from = middle + 1;
      else to = middle;
    }
    return from < this.#low.length && this.#low[from]! <= sum;
  }
}

/**
 * Whether a count can be `start` with some of a growing number of changes: exactly, as long as the possible sums are few,
 * by their bounds beyond.
 */
export class PossibleCounts {
  #sums: Sums | undefined;
  #least: number;
  #most: number;

  constructor(start: number) {
    this.#sums = Sums.of(start);
    this.#least = start;
    this.#most = start;
  }

  add(amount: number): void {
    this.#sums = this.#sums?.with(amount);
    this.#least += Math.min(0, amount);
    this.#most += Math.max(0, amount);
  }

  get least(): number {
    return this.#least;
  }

  get most(): number {
    return this.#most;
  }

  /** Undefined: inside the bounds, and more cannot be said. */
  has(count: number): boolean | undefined {
    if (count < this.#least || count > this.#most) return false;
    return this.#sums?.has(count);
  }
}
