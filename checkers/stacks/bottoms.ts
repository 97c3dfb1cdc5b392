import type { Budget } from "#core/budget";
import { Coverage, RangeMinimum } from "./range-tree.ts";
import type { Passage } from "./passages.ts";

/** Times between two of the moments at which a value certainly came or went, from place `from` to `to` - 1. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Values of which at each moment from the first to the last one is certainly on the stack, in order of the moments from which
 * on they are, and none of which can be the lowest; undefined: there is an order of all as a stack has them.
 *
 * While a stack is not empty its lowest value stays the same. So in a stretch whose every moment has some value certainly on
 * the stack, one of them must be able to come before the stretch and to go after it. Any such value will do: put below all
 * others it is in nobody's way. Without it the stretch falls apart where nothing is certainly on the stack any more, and a
 * moment at which the stack can be empty parts what is before from what is after. What need be on the stack at no moment can
 * come and go at one. O(n log n).
 *
 * Sources: values as a whole and their certain time: Bouajjani, Emmi, Enea and Hamza 2015; taking them away one by one: Lee and
 * Mathur 2025.
 */
export function findBottomless(passages: readonly Passage[], budget: Budget): readonly Passage[] | undefined {
  const timeline = new Timeline(passages.filter(({ from, to }) => from < to));
  const open: Stretch[] = timeline.parts(timeline.whole);
  for (let stretch = open.pop(); stretch !== undefined; stretch = open.pop()) {
    budget.tick();
    const bottom = timeline.bottomOf(stretch);
    if (bottom === undefined) return timeline.passagesIn(stretch);
    timeline.remove(bottom);
    for (const part of timeline.parts(stretch)) open.push(part);
  }
  return undefined;
}

class Timeline {
  readonly #passages: readonly Passage[];
  /** Event indexes at which a value certainly is on the stack from, or until; in order. */
  readonly #moments: Float64Array;
  readonly #coverage: Coverage;
  readonly #removed = new Set<Passage>();
  /** By passage, in order of `from`: when it can come; those that can come before their stretch move on … */
  readonly #early: RangeMinimum;
  /** … to here: how late they can go, below zero. */
  readonly #late: RangeMinimum;

  constructor(passages: readonly Passage[]) {
    this.#passages = passages.toSorted((a, b) => a.from - b.from);
    this.#moments = Float64Array.from(this.#passages.flatMap(({ from, to }) => [from, to])).sort();
    this.#coverage = new Coverage(this.#moments.length);
    for (const { from, to } of this.#passages) this.#coverage.add(this.#placeOf(from), this.#placeOf(to), 1);
    this.#early = new RangeMinimum(this.#passages.map(({ pushInv }) => pushInv));
    this.#late = new RangeMinimum(this.#passages.map(() => Number.POSITIVE_INFINITY));
  }

  get whole(): Stretch {
    return { from: 0, to: this.#moments.length };
  }

  /** Those in a stretch that were not removed. */
  passagesIn(stretch: Stretch): readonly Passage[] {
    const { from, to } = this.#timesOf(stretch);
    return this.#passages
      .slice(this.#firstFrom(from), this.#firstFrom(to))
      .filter((one) => !this.#removed.has(one));
  }

  #timesOf({ from, to }: Stretch): { readonly from: number; readonly to: number } {
    return { from: this.#moments[from]!, to: this.#moments[to]! };
  }

  /** The parts of a stretch at whose every place some value is certainly on the stack. */
  parts({ from, to }: Stretch): Stretch[] {
    const parts: Stretch[] = [];
    let begin = from;
    while (begin < to) {
      const bare = this.#coverage.firstBare(begin, to);
      const end = bare === -1 ? to : bare;
      if (end > begin) parts.push({ from: begin, to: end });
      begin = end + 1;
    }
    return parts;
  }

  /** Position of a value that can be below all others of a stretch. */
  bottomOf(stretch: Stretch): number | undefined {
    const { from, to } = this.#timesOf(stretch);
    const [first, last] = [this.#firstFrom(from), this.#firstFrom(to)];
    // What can come before a stretch can come before every part of it.
    for (let at = this.#early.findBelow(first, last, from); at !== -1; ) {
      this.#early.set(at, Number.POSITIVE_INFINITY);
      this.#late.set(at, -this.#passages[at]!.popRet);
      at = this.#early.findBelow(first, last, from);
    }
    const found = this.#late.findBelow(first, last, -to);
    return found === -1 ? undefined : found;
  }

  remove(position: number): void {
    const passage = this.#passages[position]!;
    const { from, to } = passage;
    this.#removed.add(passage);
    this.#late.set(position, Number.POSITIVE_INFINITY);
    this.#coverage.add(this.#placeOf(from), this.#placeOf(to), -1);
  }

  /** The first position whose value is certainly there from this moment or later. */
  #firstFrom(moment: number): number {
    return lowerBound(this.#passages.length, (i) => this.#passages[i]!.from < moment);
  }

  #placeOf(moment: number): number {
    return lowerBound(this.#moments.length, (i) => this.#moments[i]! < moment);
  }
}

/** The first of 0 … `length` - 1 for which `isBefore` no longer holds, or `length`. */
function lowerBound(length: number, isBefore: (i: number) => boolean): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
