import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import { previousOf } from "./lanes.ts";
import { INITIAL, NO_READ, type OperationGraph } from "./operation-graph.ts";

/** Why a session has no view: operations in a cycle, or a write before a read that saw the initial state. */
export interface ImpossibleView {
  /** Consecutive pairs precede each other; so does the last the first, if it is a cycle. */
  readonly nodes: readonly number[];
}

/** Past everything that the session read. */
const NEVER_SEEN = 0x7fffffff;

/**
 * Whether the writes of all and the operations of one session can be put in one order that explains the session's reads:
 * `memory` keeps causal order (causal memory), otherwise session order (PRAM). Saturation to the fixpoint: a write in the
 * past of a read comes before the write of the same key that was read. With one reading session this is complete: emit, read by
 * read, what each still needs.
 *
 * The past of the session's reads only grows, so that it is enough to know of each operation the first read that needs
 * it (its *level*), and of each write one read: the first of its key from there on that saw another write.
 */
export class SessionView {
  readonly #graph: OperationGraph;
  readonly #memory: boolean;
  readonly #own: Int32Array;
  readonly #level: Int32Array;
  /** Reads of a key, by their number among the own operations, ascending. */
  readonly #reads = new Map<number, number[]>();
  readonly #lastInitial = new Map<number, number>();
  readonly #ownPlace: Int32Array;
  readonly #scratch: ViewScratch;
  /** Edges that saturation added, by target, as lists; `#by` is the read that asked for it. */
  readonly #first: Int32Array;
  readonly #next: number[] = [];
  readonly #from: number[] = [];
  readonly #by: number[] = [];
  readonly #open: number[] = [];
  readonly #reached: number[] = [];
  #impossible: { write: number; read: number } | undefined;

  /** `scratch`: see `viewScratch`; given back clean by `judge`. */
  constructor(graph: OperationGraph, own: Int32Array, memory: boolean, scratch: ViewScratch) {
    this.#graph = graph;
    this.#own = own;
    this.#memory = memory;
    this.#level = scratch.level;
    this.#first = scratch.first;
    this.#ownPlace = scratch.ownPlace;
    this.#scratch = scratch;
  }

  judge(budget: Budget): ImpossibleView | undefined {
    for (let i = 0; i < this.#own.length; i++) this.#ownPlace[this.#own[i]!] = i + 1;
    this.#findLevels(budget);
    for (let i = 0; i < this.#open.length && this.#impossible === undefined; i++) {
      budget.tick();
      this.#saturate(this.#open[i]!);
    }
    const found = this.#explain(budget);
    for (const node of this.#reached) {
      this.#level[node] = NEVER_SEEN;
      this.#first[node] = NONE;
    }
    for (const node of this.#own) this.#ownPlace[node] = 0;
    return found;
  }

  #findLevels(budget: Budget): void {
    const { readsFrom, key } = this.#graph;
    for (let i = 0; i < this.#own.length; i++) {
      budget.tick();
      const node = this.#own[i]!;
      const from = readsFrom[node]!;
      if (from === NO_READ) continue;
      if (from === INITIAL) this.#lastInitial.set(key[node]!, i);
      else {
        const reads = this.#reads.get(key[node]!) ?? [];
        reads.push(i);
        this.#reads.set(key[node]!, reads);
      }
      this.#lower(node, i);
    }
  }

  /** Brings a node and its past down to a level. */
  #lower(start: number, level: number): void {
    const stack = [start];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (this.#level[node]! <= level) continue;
      if (this.#level[node] === NEVER_SEEN) this.#reached.push(node);
      this.#level[node] = level;
      if (this.#graph.writes[node] === 1) this.#open.push(node);
      this.#pushPast(node, stack);
    }
  }

  #pushPast(node: number, stack: number[]): void {
    const { readsFrom, crossStart, cross } = this.#graph;
    const previous = previousOf(this.#graph, node);
    if (previous !== NONE) stack.push(previous);
    for (let i = crossStart[node]!; i < crossStart[node + 1]!; i++) stack.push(cross[i]!);
    if (this.#readCounts(node) && readsFrom[node]! >= 0) stack.push(readsFrom[node]!);
    for (let edge = this.#first[node]!; edge !== NONE; edge = this.#next[edge]!)
      stack.push(this.#from[edge]!);
  }

  /** Whether the view has to put the source of a node before it. */
  #readCounts(node: number): boolean {
    return this.#memory || this.#ownPlace[node]! > 0;
  }

  #saturate(write: number): void {
    const { key, readsFrom } = this.#graph;
    const level = this.#level[write]!;
    // What an own compare-and-set wrote is in the past of later reads only.
    const from = Math.max(level, readsFrom[write] === NO_READ ? 0 : this.#ownPlace[write]!);
    const initial = this.#lastInitial.get(key[write]!) ?? NONE;
    if (initial >= from) {
      this.#impossible = { write, read: this.#own[initial]! };
      return;
    }
    const reads = this.#reads.get(key[write]!);
    if (reads === undefined) return;
    let at = firstFrom(reads, from);
    while (at < reads.length && readsFrom[this.#own[reads[at]!]!] === write) at++;
    if (at === reads.length) return;
    const read = this.#own[reads[at]!]!;
    const source = readsFrom[read]!;
    this.#next.push(this.#first[source]!);
    this.#from.push(write);
    this.#by.push(read);
    this.#first[source] = this.#next.length - 1;
    this.#lower(write, this.#level[source]!);
  }

  #explain(budget: Budget): ImpossibleView | undefined {
    if (this.#impossible !== undefined) {
      return { nodes: this.#expand([this.#impossible.write, this.#impossible.read]) };
    }
    const cycle = this.#findCycle(budget);
    return cycle === undefined ? undefined : { nodes: this.#expand([...cycle, cycle[0]!]) };
  }

  /** Depth first through the past; what is met again while still open is on a cycle. */
  #findCycle(budget: Budget): number[] | undefined {
    const { cursor, place } = this.#scratch;
    let found: number[] | undefined;
    const path: number[] = [];
    for (const root of this.#reached) {
      budget.tick();
      if (found !== undefined || place[root] !== UNSEEN) continue;
      path.push(root);
      place[root] = OPEN;
      while (path.length > 0 && found === undefined) {
        const node = path[path.length - 1]!;
        const before = this.#nextPast(node, cursor);
        if (before === END) {
          place[node] = DONE;
          path.pop();
        } else if (before !== NONE && place[before] === OPEN) {
          found = path.slice(path.indexOf(before)).toReversed();
        } else if (before !== NONE && place[before] === UNSEEN) {
          place[before] = OPEN;
          path.push(before);
        }
      }
    }
    for (const node of this.#reached) {
      cursor[node] = 0;
      place[node] = UNSEEN;
    }
    return found;
  }

  /** The next direct predecessor of a node, NONE where there is none of a kind, END after the last. */
  #nextPast(node: number, cursor: Int32Array): number {
    const { readsFrom, crossStart, cross } = this.#graph;
    const nth = cursor[node]!;
    if (nth >= 0) {
      cursor[node]!++;
      if (nth === 0) return previousOf(this.#graph, node);
      if (nth === 1) return this.#readCounts(node) ? Math.max(NONE, readsFrom[node]!) : NONE;
      const at = crossStart[node]! + nth - 2;
      if (at < crossStart[node + 1]!) return cross[at]!;
    }
    // Edges are counted below zero: NONE itself is the end of their list.
    const edge = nth >= 0 ? this.#first[node]! : nth + EDGES;
    if (edge === NONE) return END;
    cursor[node] = this.#next[edge]! - EDGES;
    return this.#from[edge]!;
  }

  /** All operations on paths between consecutive nodes; for each edge added, also what asked for it. */
  #expand(nodes: readonly number[]): number[] {
    const all = new Set(nodes);
    const explained = new Set<number>();
    const open = nodes.slice(1).map((to, i) => ({ from: nodes[i]!, to, edges: this.#next.length }));
    for (const one of open) {
      const { kept, added } = this.#path(one.from, one.to, one.edges);
      for (const node of kept) all.add(node);
      for (const edge of added) {
        if (explained.has(edge)) continue;
        explained.add(edge);
        all.add(this.#by[edge]!);
        // Only older edges: so that nothing explains itself.
        open.push({ from: this.#from[edge]!, to: this.#by[edge]!, edges: edge });
      }
    }
    return [...all];
  }

  /** A path by edges older than `edges`, without what lies between two steps of session order. */
  #path(from: number, to: number, edges: number): { kept: number[]; added: number[] } {
    const steps = this.#stepsTo(from, to, edges);
    const kept = [from, to];
    const added: number[] = [];
    let kind = SESSION;
    for (let node = from; node !== to; ) {
      const step = steps.get(node);
      if (step === undefined) break;
      if (step.kind !== SESSION || kind !== SESSION) kept.push(node);
      if (step.kind >= 0) added.push(step.kind);
      kind = step.kind;
      node = step.to;
    }
    return { kept, added };
  }

  /** Breadth first from the end to the start: for each node the step that leads on. */
  #stepsTo(from: number, to: number, edges: number): Map<number, Step> {
    const { readsFrom, crossStart, cross } = this.#graph;
    const steps = new Map<number, Step>();
    const queue = [to];
    const step = (node: number, next: number, kind: number): void => {
      if (node < 0 || steps.has(node)) return;
      steps.set(node, { to: next, kind });
      queue.push(node);
    };
    for (let i = 0; i < queue.length && !steps.has(from); i++) {
      const node = queue[i]!;
      if (this.#readCounts(node)) step(readsFrom[node]!, node, SOURCE);
      step(previousOf(this.#graph, node), node, SESSION);
      for (let at = crossStart[node]!; at < crossStart[node + 1]!; at++) step(cross[at]!, node, SESSION);
      for (let edge = this.#first[node]!; edge !== NONE; edge = this.#next[edge]!) {
        if (edge < edges) step(this.#from[edge]!, node, edge);
      }
    }
    return steps;
  }
}

/** One step of a path; `kind`: SESSION, SOURCE, or the edge that was added. */
interface Step {
  readonly to: number;
  readonly kind: number;
}

const SESSION = -1;
const SOURCE = -2;
const UNSEEN = 0;
const OPEN = 1;
const DONE = 2;
const END = -2;
const EDGES = 0x40000000;

function firstFrom(sorted: readonly number[], from: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Columns that the views of all sessions use in turn. */
export interface ViewScratch {
  readonly level: Int32Array;
  readonly first: Int32Array;
  /** By node: its number among the own operations, from 1; 0 for others. */
  readonly ownPlace: Int32Array;
  readonly cursor: Int32Array;
  readonly place: Uint8Array;
}

export const viewScratch = (count: number): ViewScratch => ({
  level: new Int32Array(count).fill(NEVER_SEEN),
  first: new Int32Array(count).fill(NONE),
  ownPlace: new Int32Array(count),
  cursor: new Int32Array(count),
  place: new Uint8Array(count),
});
