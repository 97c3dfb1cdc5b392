import type { Budget } from "#core/budget";
import type { CrdtObject } from "./crdt-objects.ts";
import type { Char, TextView } from "./text-chars.ts";
import { isAcyclic } from "./order-graph.ts";

/**
 * The order of inserts that the texts imply: characters inserted after the same one stand in reverse order of their
 * inserts, each followed by what was inserted after it. Neighbours in a read tell which of two came later.
 */
export class InsertOrder {
  /** By row of an insert: rows of inserts before it. */
  readonly #before: Map<number, Set<number>>;
  readonly #known = new Map<Char, Set<Char>>();
  #contradicts = false;

  constructor(object: CrdtObject, view: TextView, budget: Budget) {
    this.#before = new Map(view.chars.map(({ row }) => [row, new Set()]));
    for (const read of object.reads) {
      let left: Char | undefined;
      for (const { inserted } of view.shown.get(read)!) {
        budget.tick();
        if (inserted === undefined) continue;
        if (left !== undefined) this.#stands(left, inserted);
        left = inserted;
      }
    }
  }

  /** One insert came before another. */
  add(earlier: number, later: number): void {
    if (earlier !== later) this.#before.get(later)!.add(earlier);
  }

  /** Whether one order of all inserts gives every text. O(inserts + neighbours) */
  get isPossible(): boolean {
    return !this.#contradicts && isAcyclic(this.#before);
  }

  /** A character stands left of another. */
  #stands(left: Char, right: Char): void {
    if (right.anchor === left) return;
    const known = this.#known.get(left) ?? new Set();
    this.#known.set(left, known);
    if (known.has(right)) return;
    known.add(right);
    let [a, b]: (Char | undefined)[] = [left, right];
    let [belowA, belowB]: (Char | undefined)[] = [undefined, undefined];
    while (a !== b) {
      if (b === undefined || (a !== undefined && a.depth > b.depth)) [a, belowA] = [a!.anchor, a];
      else if (a === undefined || b.depth > a.depth) [b, belowB] = [b.anchor, b];
      else [a, belowA, b, belowB] = [a.anchor, a, b.anchor, b];
    }
    // The right one is among what the left one was inserted after: it would have to stand before it.
    if (belowB === undefined) this.#contradicts = true;
    else if (belowA !== undefined) this.add(belowB.row, belowA.row);
  }
}
