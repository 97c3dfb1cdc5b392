import { NONE } from "#core/history";
import { ConstraintGraph } from "./constraint-graph.ts";
import type { Demands } from "./key-walk.ts";
import type { Spans } from "./spans.ts";

/**
 * The demands that can be part of a circle. A circle goes back from each of its places to all before: it lies within one of
 * the stretches where demands contradict the guessed order.
 */
export class SpannedGraph implements Demands {
  readonly #spans: Spans;
  readonly #graph = new ConstraintGraph();

  constructor(spans: Spans) {
    this.#spans = spans;
  }

  add(from: number, fromPlace: number, to: number, toPlace: number, first: number, second: number): void {
    if (this.#spans.isEmpty || this.#spans.holding(fromPlace, toPlace) < 0) return;
    this.#graph.add(from, to, first === NONE ? [second] : [first, second]);
  }

  addToGroup(from: number, fromPlace: number, group: number, place: number, row: number): void {
    if (this.#spans.isEmpty || this.#spans.holding(fromPlace, place) < 0) return;
    this.#graph.add(from, group, row === NONE ? [] : [row]);
  }

  /** For each group of versions that have to precede each other, the rows of a shortest circle through one of them. */
  cycles(): number[][] {
    return this.#graph.cycles();
  }
}
