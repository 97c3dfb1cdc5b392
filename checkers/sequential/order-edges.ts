import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import { previousOf } from "../causal/lanes.ts";
import type { OperationGraph } from "../causal/operation-graph.ts";
import { isSessionStep, withoutStops } from "../causal/paths.ts";

/** An edge that every sequential order of the operations has to keep, besides session order and reads-from. */
export interface OrderEdge {
  readonly from: number;
  readonly to: number;
  /** It follows from a path between these two … */
  readonly premise: readonly [number, number] | undefined;
  /** … and this read. */
  readonly read: number;
}

/** Added edges, by target. */
export class OrderEdges {
  readonly all: OrderEdge[] = [];
  readonly #into = new Map<number, number[]>();

  /** @returns false: there already */
  add(edge: OrderEdge): boolean {
    const into = this.#into.get(edge.to) ?? [];
    if (into.some((id) => this.all[id]!.from === edge.from)) return false;
    this.#into.set(edge.to, into);
    into.push(this.all.push(edge) - 1);
    return true;
  }

  /** Ids of the edges into a node, oldest first. */
  into(node: number): readonly number[] {
    return this.#into.get(node) ?? [];
  }
}

/** What has to come directly before a node: by session, by what it read, by the edges added before number `until`. */
export function* beforeNode(
  graph: OperationGraph,
  edges: OrderEdges,
  node: number,
  until = Number.POSITIVE_INFINITY,
): Iterable<number> {
  const previous = previousOf(graph, node);
  if (previous !== NONE) yield previous;
  yield* graph.cross.subarray(graph.crossStart[node], graph.crossStart[node + 1]);
  if (graph.readsFrom[node]! >= 0) yield graph.readsFrom[node]!;
  for (const id of edges.into(node)) {
    if (id < until) yield edges.all[id]!.from;
  }
}

/** An order that keeps all edges, or the nodes of a cycle, each before the next. */
export function orderBy(
  graph: OperationGraph,
  edges: OrderEdges,
  budget: Budget,
): { readonly order: Int32Array } | { readonly cycle: readonly number[] } {
  const place = new Uint8Array(graph.count);
  const order = new Int32Array(graph.count);
  let done = 0;
  for (let root = 0; root < graph.count; root++) {
    budget.tick();
    if (place[root] !== 0) continue;
    const path = [{ node: root, left: [...beforeNode(graph, edges, root)] }];
    place[root] = OPEN;
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const before = top.left.pop();
      if (before === undefined) {
        place[top.node] = DONE;
        order[done++] = top.node;
        path.pop();
      } else if (place[before] === OPEN) {
        const nodes = path.map(({ node }) => node);
        return { cycle: nodes.slice(nodes.indexOf(before)).toReversed() };
      } else if (place[before] !== DONE) {
        place[before] = OPEN;
        path.push({ node: before, left: [...beforeNode(graph, edges, before)] });
      }
    }
  }
  return { order };
}

const OPEN = 1;
const DONE = 2;

/** The operations that show why a cycle cannot be resolved: its own, and for each edge added what it follows from. */
export function reasonsOf(graph: OperationGraph, edges: OrderEdges, cycle: readonly number[]): Set<number> {
  const nodes = new Set<number>(cycle);
  const explained = new Set<number>();
  const open = cycle.map((from, i) => ({
    path: [from, cycle[(i + 1) % cycle.length]!],
    until: edges.all.length,
  }));
  for (const { path, until } of open) {
    for (let i = 0; i + 1 < path.length; i++) {
      const id = addedBetween(graph, edges, path[i]!, path[i + 1]!, until);
      if (id === NONE || explained.has(id)) continue;
      explained.add(id);
      const { premise, read } = edges.all[id]!;
      nodes.add(read);
      if (premise === undefined) continue;
      const through = pathBy(graph, edges, premise, id);
      for (const node of withoutStops(graph, through)) nodes.add(node);
      open.push({ path: through, until: id });
    }
  }
  return nodes;
}

/** The added edge that leads from one node to the next, unless something given does. */
function addedBetween(
  graph: OperationGraph,
  edges: OrderEdges,
  from: number,
  to: number,
  until: number,
): number {
  if (graph.readsFrom[to] === from || isSessionStep(graph, from, to)) return NONE;
  return edges.into(to).find((id) => id < until && edges.all[id]!.from === from) ?? NONE;
}

function pathBy(
  graph: OperationGraph,
  edges: OrderEdges,
  [from, to]: readonly [number, number],
  until: number,
): number[] {
  const after = new Map<number, number>();
  const queue = [to];
  for (let i = 0; i < queue.length && !after.has(from); i++) {
    for (const before of beforeNode(graph, edges, queue[i]!, until)) {
      if (after.has(before)) continue;
      after.set(before, queue[i]!);
      queue.push(before);
    }
  }
  const path = [from];
  for (let node = after.get(from); node !== undefined; node = node === to ? undefined : after.get(node))
    path.push(node);
  return path;
}
