/** The least of any stretch of numbers that change; O(log n) each. */
export class RangeMinimum {
  readonly #size: number;
  /** A heap of minima: the numbers are its leaves. */
  readonly #least: Float64Array;

  constructor(numbers: readonly number[]) {
    this.#size = 1 << Math.ceil(Math.log2(Math.max(1, numbers.length)));
    this.#least = new Float64Array(2 * this.#size).fill(Number.POSITIVE_INFINITY);
    this.#least.set(numbers, this.#size);
    for (let node = this.#size - 1; node > 0; node--) this.#pull(node);
  }

  set(at: number, number: number): void {
    let node = this.#size + at;
    this.#least[node] = number;
    while (node > 1) this.#pull((node >>= 1));
  }

  /** The first position of `from` … `to` - 1 whose number is below `bound`, or -1. */
  findBelow(from: number, to: number, bound: number): number {
    let [left, right] = [this.#size + from, this.#size + to];
    let beyond = 0;
    // Nodes that make up the stretch: those of the left side come in order, of the right side only the leftmost counts.
    for (; left < right; left >>= 1, right >>= 1) {
      if ((left & 1) === 1) {
        if (this.#least[left]! < bound) return this.#descend(left, bound);
        left++;
      }
      if ((right & 1) === 1 && this.#least[--right]! < bound) beyond = right;
    }
    return beyond === 0 ? -1 : this.#descend(beyond, bound);
  }

  #descend(start: number, bound: number): number {
    let node = start;
    while (node < this.#size) node = this.#least[2 * node]! < bound ? 2 * node : 2 * node + 1;
    return node - this.#size;
  }

  #pull(node: number): void {
    this.#least[node] = Math.min(this.#least[2 * node]!, this.#least[2 * node + 1]!);
  }
}

/** How many stretches cover each place; those that none covers can be found. O(log n) each. */
export class Coverage {
  readonly #size: number;
  /** Stretches that cover a node's whole range, but not that of the node above. */
  readonly #whole: Int32Array;
  /** The least that its places have from it and what is below it. */
  readonly #least: Int32Array;

  /** Of places 0 … `places` - 1. */
  constructor(places: number) {
    this.#size = 1 << Math.ceil(Math.log2(Math.max(1, places)));
    this.#whole = new Int32Array(2 * this.#size);
    this.#least = new Int32Array(2 * this.#size);
  }

  /** Covers places `from` … `to` - 1 once more; `by` -1: once less. */
  add(from: number, to: number, by: 1 | -1): void {
    let [left, right] = [this.#size + from, this.#size + to];
    const [first, last] = [left, right - 1];
    for (; left < right; left >>= 1, right >>= 1) {
      if ((left & 1) === 1) this.#cover(left++, by);
      if ((right & 1) === 1) this.#cover(--right, by);
    }
    this.#pullAbove(first);
    this.#pullAbove(last);
  }

  /** The first of places `from` … `to` - 1 that nothing covers, or -1. */
  firstBare(from: number, to: number): number {
    return this.#bareIn(1, 0, this.#size, from, to);
  }

  #bareIn(node: number, begin: number, end: number, from: number, to: number): number {
    if (this.#least[node]! > 0 || end <= from || begin >= to) return -1;
    if (node >= this.#size) return begin;
    const middle = (begin + end) >>> 1;
    // What covers this node covers all below it.
    if (this.#whole[node]! > 0) return -1;
    const left = this.#bareIn(2 * node, begin, middle, from, to);
    return left === -1 ? this.#bareIn(2 * node + 1, middle, end, from, to) : left;
  }

  #cover(node: number, by: number): void {
    this.#whole[node]! += by;
    this.#least[node]! += by;
  }

  #pullAbove(leaf: number): void {
    for (let node = leaf >> 1; node > 0; node >>= 1) {
      const below = Math.min(this.#least[2 * node]!, this.#least[2 * node + 1]!);
      this.#least[node] = below + this.#whole[node]!;
    }
  }
}
