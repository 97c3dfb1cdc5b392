import { FLAG, type History, NONE } from "#core/history";
import type { ObjectType } from "#core/operation";

/** These are equal only if their elements come in the same order. */
const ORDERED: ReadonlySet<ObjectType> = new Set<ObjectType>(["list", "text", "queue"]);

/** Compares what reads of one key returned. An object that was never written equals an empty one. */
export class Readings {
  readonly #history: History;
  /** By value id: the last comparison that saw it. */
  readonly #seen: Int32Array;
  #comparison = 0;

  constructor(history: History) {
    this.#history = history;
    this.#seen = new Int32Array(history.valueCount);
  }

  /** What a read showed, as value ids: elements, or the one value; NONE stands for null. */
  shown(row: number): Int32Array {
    if ((this.#history.flags[row]! & FLAG.list) !== 0) return this.#history.elementsOf(row);
    const value = this.#history.value[row]!;
    return value === NONE && this.#isCollection(row) ? new Int32Array(0) : Int32Array.of(value);
  }

  /** Whether two reads showed the same, values that `ignore` accepts left out. */
  same(a: number, b: number, ignore?: (value: number) => boolean): boolean {
    if (this.#isCounter(a) && this.distance(a, b) === 0) return true;
    const all = [this.shown(a), this.shown(b)] as const;
    const [left, right] =
      ignore === undefined ? all : [all[0].filter((id) => !ignore(id)), all[1].filter((id) => !ignore(id))];
    return this.#isOrdered(a) ? sameOrder(left, right) : this.#sameElements(left, right);
  }

  /** Value ids that one of two reads showed and the other did not. */
  differing(a: number, b: number): number[] {
    const [left, right] = [this.shown(a), this.shown(b)];
    const [inLeft, inRight] = [new Set(left), new Set(right)];
    return [...left.filter((id) => !inRight.has(id)), ...right.filter((id) => !inLeft.has(id))];
  }

  /** How far apart two reads of a counter are; a counter that nobody counted shows its initial value. NaN if they are no numbers. */
  distance(a: number, b: number): number {
    const [left, right] = [a, b].map((row) => {
      const initial = this.#history.objectOf(this.#history.key[row]!).initial ?? 0;
      return Number(this.#history.valueOf(this.#history.value[row]!) ?? initial);
    });
    return Math.abs(left! - right!);
  }

  #isCounter(row: number): boolean {
    return this.#history.objectOf(this.#history.key[row]!).type === "counter";
  }

  #isCollection(row: number): boolean {
    return ["set", "list", "text", "queue", "map"].includes(
      this.#history.objectOf(this.#history.key[row]!).type,
    );
  }

  #isOrdered(row: number): boolean {
    return ORDERED.has(this.#history.objectOf(this.#history.key[row]!).type);
  }

  #sameElements(left: Int32Array, right: Int32Array): boolean {
    const [first, second] = [++this.#comparison, ++this.#comparison];
    let missing = 0;
    for (const id of left) {
      if (id === NONE) return sameOrder(left, right);
      if (this.#seen[id] !== first) missing++;
      this.#seen[id] = first;
    }
    for (const id of right) {
      if (id === NONE) return sameOrder(left, right);
      if (this.#seen[id] !== first && this.#seen[id] !== second) return false;
      if (this.#seen[id] === first) missing--;
      this.#seen[id] = second;
    }
    return missing === 0;
  }
}

const sameOrder = (left: Int32Array, right: Int32Array): boolean =>
  left.length === right.length && left.every((id, i) => id === right[i]);
