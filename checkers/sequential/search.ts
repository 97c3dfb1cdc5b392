import type { Budget } from "#core/budget";
import { NEVER, NONE } from "#core/history";
import { INITIAL, NO_READ, type OperationGraph } from "../causal/operation-graph.ts";
import type { OrderEdges } from "./order-edges.ts";

export interface SearchLimits {
  /** How many dead ends may be met before it gives up. */
  readonly deadEnds: number;
}

/**
 * Looks for one order of all operations, depth first over the next operation of each session: reads as soon as they fit, a
 * write only when nobody has to read any more what it overwrites, the write that real time suggests first. An order found
 * is right by the way it was made. @returns true: found; false: there is none; undefined: gave up
 */
export function searchOrder(
  graph: OperationGraph,
  edges: OrderEdges,
  limits: SearchLimits,
  budget: Budget,
): boolean | undefined {
  return new Search(graph, edges, limits, budget).run();
}

interface Branch {
  /** Length of the order when the choice was made. */
  readonly length: number;
  readonly choices: readonly number[];
  next: number;
}

class Search {
  readonly #graph: OperationGraph;
  readonly #edges: OrderEdges;
  readonly #limits: SearchLimits;
  readonly #budget: Budget;
  /** Chains of operations: lanes, then indefinite ones by themselves; by chain how many were taken. */
  readonly #chains: readonly (readonly number[] | Int32Array)[];
  readonly #taken: Int32Array;
  readonly #chainOf: Int32Array;
  readonly #done: Uint8Array;
  readonly #current: Int32Array;
  /** By key: reads of the initial state to come; by node: reads of what it wrote to come. */
  readonly #initialReads: Int32Array;
  readonly #reads: Int32Array;
  readonly #hint: Float64Array;
  readonly #trail: number[] = [];
  readonly #overwritten: number[] = [];
  readonly #dead = new Set<string>();
  #deadEnds = 0;

  constructor(graph: OperationGraph, edges: OrderEdges, limits: SearchLimits, budget: Budget) {
    this.#graph = graph;
    this.#edges = edges;
    this.#limits = limits;
    this.#budget = budget;
    const spurs = Array.from(graph.lane.keys()).filter((node) => graph.lane[node] === NONE);
    const lanes = Array.from({ length: graph.laneCount }, (_, lane) =>
      graph.laneNodes.subarray(graph.laneStart[lane], graph.laneStart[lane + 1]),
    );
    this.#chains = [...lanes, ...spurs.map((node) => [node])];
    this.#taken = new Int32Array(this.#chains.length);
    this.#chainOf = Int32Array.from(graph.lane);
    spurs.forEach((node, i) => (this.#chainOf[node] = graph.laneCount + i));
    this.#done = new Uint8Array(graph.count);
    this.#current = new Int32Array(graph.history.keys.length).fill(INITIAL);
    this.#initialReads = new Int32Array(graph.history.keys.length);
    this.#reads = new Int32Array(graph.count);
    for (let node = 0; node < graph.count; node++) this.#countRead(node, 1);
    this.#hint = hintsOf(graph);
  }

  run(): boolean | undefined {
    const branches: Branch[] = [];
    for (;;) {
      this.#budget.tick();
      this.#takeReads();
      if (this.#trail.length === this.#graph.count) return true;
      const choices = this.#isKnownDead() ? [] : this.#choices();
      if (choices.length > 0) branches.push({ length: this.#trail.length, choices, next: 0 });
      else if (++this.#deadEnds > this.#limits.deadEnds) return undefined;
      for (;;) {
        const branch = branches.at(-1);
        if (branch === undefined) return false;
        while (this.#trail.length > branch.length) this.#undo();
        if (branch.next < branch.choices.length) {
          this.#take(branch.choices[branch.next++]!);
          break;
        }
        this.#dead.add(this.#situation());
        branches.pop();
      }
    }
  }

  #countRead(node: number, by: number): void {
    const from = this.#graph.readsFrom[node]!;
    if (from >= 0) this.#reads[from]! += by;
    else if (from === INITIAL) this.#initialReads[this.#graph.key[node]!]! += by;
  }

  #take(node: number): void {
    const key = this.#graph.key[node]!;
    this.#done[node] = 1;
    this.#taken[this.#chainOf[node]!]!++;
    this.#trail.push(node);
    this.#overwritten.push(this.#current[key]!);
    this.#countRead(node, -1);
    if (this.#graph.writes[node] === 1) this.#current[key] = node;
  }

  #undo(): void {
    const node = this.#trail.pop()!;
    this.#current[this.#graph.key[node]!] = this.#overwritten.pop()!;
    this.#countRead(node, 1);
    this.#taken[this.#chainOf[node]!]!--;
    this.#done[node] = 0;
  }

  #takeReads(): void {
    for (let progress = true; progress; ) {
      progress = false;
      for (let chain = 0; chain < this.#chains.length; chain++) {
        for (let node = this.#head(chain); node !== undefined; node = this.#head(chain)) {
          if (this.#graph.writes[node] === 1 || !this.#fits(node) || !this.#isReady(node)) break;
          this.#budget.tick();
          this.#take(node);
          progress = true;
        }
      }
    }
  }

  #head(chain: number): number | undefined {
    return this.#chains[chain]![this.#taken[chain]!];
  }

  #fits(node: number): boolean {
    const from = this.#graph.readsFrom[node]!;
    return from === NO_READ || from === this.#current[this.#graph.key[node]!];
  }

  #isReady(node: number): boolean {
    const { cross, crossStart } = this.#graph;
    for (let i = crossStart[node]!; i < crossStart[node + 1]!; i++)
      if (this.#done[cross[i]!] === 0) return false;
    return this.#edges.into(node).every((id) => this.#done[this.#edges.all[id]!.from] === 1);
  }

  /** Writes that may come next, the likeliest first. */
  #choices(): number[] {
    const choices: number[] = [];
    for (let chain = 0; chain < this.#chains.length; chain++) {
      const node = this.#head(chain);
      if (node === undefined || this.#graph.writes[node] === 0 || !this.#fits(node)) continue;
      if (this.#mayOverwrite(node) && this.#isReady(node)) choices.push(node);
    }
    return choices.sort((a, b) => this.#hint[a]! - this.#hint[b]!);
  }

  #mayOverwrite(node: number): boolean {
    const key = this.#graph.key[node]!;
    const current = this.#current[key]!;
    const left = current === INITIAL ? this.#initialReads[key]! : this.#reads[current]!;
    return left === (this.#graph.readsFrom[node] === NO_READ ? 0 : 1);
  }

  #isKnownDead(): boolean {
    return this.#dead.size > 0 && this.#dead.has(this.#situation());
  }

  /** What decides how it can go on: which operations are done, and what the registers hold. */
  #situation(): string {
    return `${this.#taken.join()}/${this.#current.join()}`;
  }
}

/** When each write most likely took effect: between the first sign of it and the last, whichever is earlier. */
function hintsOf({ history, count, rows, readsFrom }: OperationGraph): Float64Array {
  const first = new Float64Array(count);
  const last = new Float64Array(count);
  for (let node = 0; node < count; node++) {
    first[node] = Math.min(NEVER, history.retRank[rows[node]!]!);
    last[node] = history.invRank[rows[node]!]!;
  }
  for (let node = 0; node < count; node++) {
    const from = readsFrom[node]!;
    if (from < 0) continue;
    first[from] = Math.min(first[from]!, history.retRank[rows[node]!]!);
    last[from] = Math.max(last[from]!, history.invRank[rows[node]!]!);
  }
  return first.map((one, node) => Math.min(one, last[node]!));
}
