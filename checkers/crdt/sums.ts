/** More separate runs of possible sums than this are not listed. */
const MAX_RUNS = 2_048;

/**
 * All sums of subsets of some integers, as sorted runs of consecutive integers. Adding one costs as many steps as there are
 * runs: with increments of one there is a single run. Where they become too many only the bounds are known.
 */
export class SubsetSums {
  #runs: (readonly [from: number, to: number])[] = [[0, 0]];
  #isExact = true;
  low = 0;
  high = 0;

  add(by: number): void {
    if (by === 0) return;
    this.low += Math.min(0, by);
    this.high += Math.max(0, by);
    if (!this.#isExact) return;
    this.#runs = merged(this.#runs, by);
    this.#isExact = this.#runs.length <= MAX_RUNS;
  }

  /** Undefined: within the bounds, but nobody knows. */
  has(sum: number): boolean | undefined {
    if (sum < this.low || sum > this.high) return false;
    if (!this.#isExact) return undefined;
    let [first, last] = [0, this.#runs.length - 1];
    while (first < last) {
      const middle = (first + last) >> 1;
      if (this.#runs[middle]![1] < sum) first = middle + 1;
      else last = middle;
    }
    return this.#runs[first]![0] <= sum;
  }
}

/** The runs and the same moved by `by`, in order, neighbours joined. */
function merged(runs: readonly (readonly [number, number])[], by: number): (readonly [number, number])[] {
  const all: [number, number][] = [];
  let [stay, move] = [0, 0];
  while (stay < runs.length || move < runs.length) {
    const staying = runs[stay];
    const moving = runs[move];
    const takeStaying = moving === undefined || (staying !== undefined && staying[0] <= moving[0] + by);
    const [from, to] = takeStaying ? staying! : [moving![0] + by, moving![1] + by];
    if (takeStaying) stay++;
    else move++;
    const last = all.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}
