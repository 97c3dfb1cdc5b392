import { NONE } from "#core/history";

/** `from` comes before `to` in the version order, because of the operations `rows`. */
interface Edge {
  readonly to: number;
  readonly rows: readonly number[];
}

/** Constraints on the order of the versions of one key. Nodes are any numbers; helpers stand for groups of versions. */
export class ConstraintGraph {
  readonly #ids = new Map<number, number>();
  readonly #edges: Edge[][] = [];

  add(from: number, to: number, rows: readonly number[]): void {
    this.#edges[this.#id(from)]!.push({ to: this.#id(to), rows });
  }

  /** For each group of versions that have to precede each other, the rows of a shortest cycle through one of them. */
  cycles(): number[][] {
    return this.#components().map((component) => this.#cycleIn(new Set(component)));
  }

  #id(node: number): number {
    let id = this.#ids.get(node);
    if (id === undefined) {
      id = this.#edges.push([]) - 1;
      this.#ids.set(node, id);
    }
    return id;
  }

  /** Strongly connected components of more than one node (Tarjan 1972, with a stack of its own). */
  #components(): number[][] {
    const count = this.#edges.length;
    const index = new Int32Array(count).fill(NONE);
    const low = new Int32Array(count);
    const onStack = new Uint8Array(count);
    const next = new Int32Array(count);
    const stack: number[] = [];
    const components: number[][] = [];
    let visited = 0;
    for (let root = 0; root < count; root++) {
      const path = index[root] === NONE ? [root] : [];
      for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
        if (index[node] === NONE) {
          index[node] = low[node] = visited++;
          onStack[node] = 1;
          stack.push(node);
        }
        const edge = this.#edges[node]![next[node]!++];
        if (edge !== undefined) {
          if (index[edge.to] === NONE) path.push(edge.to);
          else if (onStack[edge.to] === 1) low[node] = Math.min(low[node]!, index[edge.to]!);
          continue;
        }
        path.pop();
        const parent = path.at(-1);
        if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[node]!);
        if (low[node] !== index[node]) continue;
        const component = stack.splice(stack.lastIndexOf(node));
        for (const member of component) onStack[member] = 0;
        if (component.length > 1) components.push(component);
      }
    }
    return components;
  }

  /** The rows of a shortest cycle through the first node of a component, by breadth-first search. */
  #cycleIn(component: ReadonlySet<number>): number[] {
    const [start] = component;
    const reachedBy = new Map<number, { from: number; edge: Edge }>();
    const queue = [start!];
    for (const node of queue) {
      for (const edge of this.#edges[node]!) {
        if (!component.has(edge.to) || reachedBy.has(edge.to)) continue;
        reachedBy.set(edge.to, { from: node, edge });
        if (edge.to === start) return this.#rowsBack(start!, reachedBy);
        queue.push(edge.to);
      }
    }
    return [];
  }

  #rowsBack(start: number, reachedBy: ReadonlyMap<number, { from: number; edge: Edge }>): number[] {
    const rows: number[] = [];
    let node = start;
    do {
      const step = reachedBy.get(node)!;
      rows.push(...step.edge.rows);
      node = step.from;
    } while (node !== start);
    return rows;
  }
}
