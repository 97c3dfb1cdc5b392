import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import { INITIAL, NO_READ, type OperationGraph } from "../causal/operation-graph.ts";
import { orderBy, type OrderEdges } from "./order-edges.ts";

/** Clock entries that are worth their memory. */
const MOST_ENTRIES = 20_000_000;

/**
 * Adds the edges that every sequential order has to keep: a write before a read of its key comes before the write read, and
 * a write after the write read comes after the read. Until nothing is new, or there is a cycle: then there is no such order
 * (sound, not complete). @returns the cycle; "large" where it would cost too much
 */
export function saturate(
  graph: OperationGraph,
  edges: OrderEdges,
  budget: Budget,
): readonly number[] | "large" | undefined {
  const chains = new Chains(graph);
  if (graph.count * chains.count > MOST_ENTRIES) return "large";
  for (;;) {
    const ordered = orderBy(graph, edges, budget);
    if ("cycle" in ordered) return ordered.cycle;
    const round = new Round(graph, edges, chains, ordered.order, budget);
    if (!round.addAll()) return undefined;
  }
}

/** Lanes, and one for each indefinite operation; the writes of each key in each of them. */
class Chains {
  readonly count: number;
  readonly chain: Int32Array;
  /** By key: the writes of each chain in order. */
  readonly writes: readonly (readonly (readonly number[])[])[];

  constructor(graph: OperationGraph) {
    let count = graph.laneCount;
    this.chain = graph.lane.map((lane) => (lane === NONE ? count++ : lane));
    this.count = count;
    const byKey: Map<number, number[]>[] = graph.history.keys.map(() => new Map());
    for (let node = 0; node < graph.count; node++) {
      if (graph.writes[node] === 0) continue;
      const chains = byKey[graph.key[node]!]!;
      const own = chains.get(this.chain[node]!) ?? [];
      own.push(node);
      chains.set(this.chain[node]!, own);
    }
    this.writes = byKey.map((chains) =>
      [...chains.values()].map((own) => own.sort((a, b) => graph.position[a]! - graph.position[b]!)),
    );
  }
}

class Round {
  readonly #graph: OperationGraph;
  readonly #edges: OrderEdges;
  readonly #chains: Chains;
  readonly #clocks: Int32Array;
  readonly #budget: Budget;

  constructor(graph: OperationGraph, edges: OrderEdges, chains: Chains, order: Int32Array, budget: Budget) {
    this.#graph = graph;
    this.#edges = edges;
    this.#chains = chains;
    this.#budget = budget;
    this.#clocks = new Int32Array(graph.count * chains.count).fill(NONE);
    for (const node of order) this.#setClock(node);
  }

  #setClock(node: number): void {
    const { count, chain } = this.#chains;
    const own = this.#clocks.subarray(node * count, (node + 1) * count);
    const join = (before: number): void => {
      this.#budget.tick();
      const from = before * count;
      for (let i = 0; i < count; i++) if (this.#clocks[from + i]! > own[i]!) own[i] = this.#clocks[from + i]!;
    };
    const { laneStart, laneNodes, lane, position, cross, crossStart, readsFrom } = this.#graph;
    if (position[node]! > 0) join(laneNodes[laneStart[lane[node]!]! + position[node]! - 1]!);
    for (let i = crossStart[node]!; i < crossStart[node + 1]!; i++) join(cross[i]!);
    if (readsFrom[node]! >= 0) join(readsFrom[node]!);
    for (const id of this.#edges.into(node)) join(this.#edges.all[id]!.from);
    own[chain[node]!] = position[node]!;
  }

  /** Whether one node is before another, or the same. */
  #reaches(one: number, other: number): boolean {
    const { count, chain } = this.#chains;
    return this.#clocks[other * count + chain[one]!]! >= this.#graph.position[one]!;
  }

  /** @returns whether anything was new */
  addAll(): boolean {
    const before = this.#edges.all.length;
    for (let read = 0; read < this.#graph.count; read++) {
      const source = this.#graph.readsFrom[read]!;
      if (source === NO_READ) continue;
      for (const writes of this.#chains.writes[this.#graph.key[read]!]!) {
        this.#budget.tick();
        if (source !== INITIAL) this.#beforeSource(writes, source, read);
        this.#afterRead(writes, source, read);
      }
    }
    return this.#edges.all.length > before;
  }

  #beforeSource(writes: readonly number[], source: number, read: number): void {
    let low = countWhile(writes, (write) => this.#reaches(write, read)) - 1;
    while (low >= 0 && (writes[low] === read || writes[low] === source)) low--;
    const last = writes[low];
    if (last === undefined || this.#reaches(last, source)) return;
    this.#edges.add({ from: last, to: source, premise: [last, read], read });
  }

  #afterRead(writes: readonly number[], source: number, read: number): void {
    const isAfter = (write: number): boolean => source === INITIAL || this.#reaches(source, write);
    let at = countWhile(writes, (write) => !isAfter(write));
    while (writes[at] === source || writes[at] === read) at++;
    const first = writes[at];
    if (first === undefined || this.#reaches(read, first)) return;
    const premise = source === INITIAL ? undefined : ([source, first] as const);
    this.#edges.add({ from: read, to: first, premise, read });
  }
}

/** How many of the first ones satisfy a condition that no later one satisfies again. */
function countWhile(items: readonly number[], holds: (item: number) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(items[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}
