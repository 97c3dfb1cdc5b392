import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import { INITIAL, NO_READ, type OperationGraph } from "./operation-graph.ts";
import { OwnReads } from "./own-reads.ts";
import { findCycle, isCyclic } from "./view-cycles.ts";
import { expanded } from "./view-paths.ts";
import { Column, NEVER_SEEN, ViewState } from "./view-state.ts";

/** Why a session has no view: operations in a cycle, or a write before a read that saw the initial state. */
export interface ImpossibleView {
  /** The operations of the session. */
  readonly own: Int32Array;
  /** The operations that show it; undefined where it took too long to trace them. */
  readonly nodes: readonly number[] | undefined;
}

/** How many writes per operation may get a level before a cycle is looked for, and how many at least. */
const PATIENCE = 2;
const LEAST_PATIENCE = 10_000;
/** Operations looked at to trace why there is no view: less than this costs nothing to speak of. */
const LEAST_TRACED = 1_000_000;

/**
 * Whether the writes of all and the operations of one session can be put in one order that explains the session's reads:
 * `memory` keeps causal order (causal memory), otherwise session order (PRAM). Saturation to the fixpoint: a write in the
 * past of a read comes before the write of the same key that was read. With one reading session this is complete: emit, read by
 * read, what each still needs.
 *
 * The past of the session's reads only grows, so that it is enough to know of each operation the first read that needs
 * it (its *level*), and of each write one read: the first of its key from there on that saw another write.
 *
 * One of these judges the sessions of a history one after the other. O(operations) each, as a rule.
 */
export class SessionViews {
  readonly #graph: OperationGraph;
  readonly #state: ViewState;
  readonly #reads: OwnReads;
  /** Writes that got a level or a lower one: to be looked at. */
  readonly #open = new Column();
  readonly #stack = new Column();
  #impossible: readonly [write: number, read: number] | undefined;

  constructor(graph: OperationGraph) {
    this.#graph = graph;
    this.#state = new ViewState(graph);
    this.#reads = new OwnReads(graph.history.keys.length);
  }

  /** `own`: the operations of the session in order. `mostTraced`: the operations looked at to trace why there is no view. */
  judge(
    own: Int32Array,
    memory: boolean,
    budget: Budget,
    mostTraced = 4 * this.#graph.count + LEAST_TRACED,
  ): ImpossibleView | undefined {
    this.#state.begin(own, memory);
    this.#reads.learn(this.#graph, own);
    this.#impossible = undefined;
    this.#open.length = 0;
    for (let i = 0; i < own.length; i++) {
      budget.tick();
      if (this.#graph.readsFrom[own[i]!] !== NO_READ) this.#lower(own[i]!, i, budget);
    }
    this.#saturateAll(own, budget);
    const found = this.#explain(own, mostTraced, budget);
    this.#state.end(own);
    this.#reads.forget(this.#graph, own);
    return found;
  }

  /**
   * Where what has to be kept goes round, levels may sink step by step for very long: after so much work it is looked for
   * a cycle, since one found early proves as much as one found at the end.
   */
  #saturateAll(own: Int32Array, budget: Budget): void {
    let patience = PATIENCE * this.#graph.count + LEAST_PATIENCE;
    for (let i = 0; i < this.#open.length && this.#impossible === undefined; i++) {
      this.#saturate(this.#open.data[i]!, own, budget);
      if (this.#open.length <= patience) continue;
      if (isCyclic(this.#state, budget)) return;
      patience *= 2;
    }
  }

  /** Brings a node and its past down to a level. */
  #lower(start: number, level: number, budget: Budget): void {
    const { writes, readsFrom, crossStart, cross } = this.#graph;
    const { level: levels, previous, first, next, from, reached, ownPlace, memory } = this.#state;
    const stack = this.#stack;
    stack.push(start);
    while (stack.length > 0) {
      budget.tick();
      const node = stack.data[--stack.length]!;
      if (levels[node]! <= level) continue;
      if (levels[node] === NEVER_SEEN) reached.push(node);
      levels[node] = level;
      if (writes[node] === 1) this.#open.push(node);
      const before = previous[node]!;
      if (before !== NONE && levels[before]! > level) stack.push(before);
      for (let i = crossStart[node]!; i < crossStart[node + 1]!; i++) stack.push(cross[i]!);
      const source = memory || ownPlace[node]! > 0 ? readsFrom[node]! : INITIAL;
      if (source >= 0 && levels[source]! > level) stack.push(source);
      for (let edge = first[node]!; edge !== NONE; edge = next.data[edge]!) stack.push(from.data[edge]!);
    }
  }

  #saturate(write: number, own: Int32Array, budget: Budget): void {
    budget.tick();
    const { key, readsFrom } = this.#graph;
    const { level, ownPlace } = this.#state;
    const reads = this.#reads;
    // What an own compare-and-set wrote is in the past of later reads only.
    const from = Math.max(level[write]!, readsFrom[write] === NO_READ ? 0 : ownPlace[write]!);
    const initial = reads.lastInitial[key[write]!]!;
    if (initial >= from) {
      this.#impossible = [write, own[initial]!];
      return;
    }
    const at = reads.firstOfOther(key[write]!, from, write);
    if (at === NONE) return;
    const source = reads.source[at]!;
    this.#state.addEdge(write, source, own[reads.place[at]!]!);
    this.#lower(write, level[source]!, budget);
  }

  #explain(own: Int32Array, most: number, budget: Budget): ImpossibleView | undefined {
    if (this.#impossible !== undefined)
      return { own, nodes: expanded(this.#state, this.#impossible, most, budget) };
    if (!isCyclic(this.#state, budget)) return undefined;
    const cycle = findCycle(this.#state, budget);
    return { own, nodes: expanded(this.#state, [...cycle, cycle[0]!], most, budget) };
  }
}
