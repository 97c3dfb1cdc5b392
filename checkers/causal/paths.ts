import { NONE } from "#core/history";
import { previousOf } from "./lanes.ts";
import type { OperationGraph } from "./operation-graph.ts";

export interface PathOptions {
  /** More predecessors of a node than its session and its source. */
  readonly more?: (node: number) => Iterable<number>;
  /** Nodes to look at. */
  readonly within?: (node: number) => boolean;
  /** Nodes whose source precedes them; all, unless said. */
  readonly reads?: (node: number) => boolean;
}

/** A shortest path from one node to another, both ends in it; just the ends if there is none. */
export function pathBetween(
  graph: OperationGraph,
  from: number,
  to: number,
  options: PathOptions = {},
): number[] {
  const { within = () => true } = options;
  const after = new Map<number, number>();
  const queue = [to];
  for (let i = 0; i < queue.length; i++) {
    const node = queue[i]!;
    for (const before of predecessors(graph, node, options)) {
      if (after.has(before) || !within(before)) continue;
      after.set(before, node);
      if (before === from) return pathFrom(after, from, to);
      queue.push(before);
    }
  }
  return [from, to];
}

function* predecessors(
  graph: OperationGraph,
  node: number,
  { more, reads = () => true }: PathOptions,
): Iterable<number> {
  if (graph.readsFrom[node]! >= 0 && reads(node)) yield graph.readsFrom[node]!;
  if (more !== undefined) yield* more(node);
  const previous = previousOf(graph, node);
  if (previous !== NONE) yield previous;
  yield* graph.cross.subarray(graph.crossStart[node], graph.crossStart[node + 1]);
}

function pathFrom(after: ReadonlyMap<number, number>, from: number, to: number): number[] {
  const path = [from];
  let node = from;
  do {
    node = after.get(node)!;
    path.push(node);
  } while (node !== to);
  return path;
}

/** Leaves out those between two steps of session order: it leads past them. */
export const withoutStops = (graph: OperationGraph, path: readonly number[]): number[] =>
  path.filter(
    (node, i) =>
      i === 0 ||
      i === path.length - 1 ||
      !isSessionStep(graph, path[i - 1]!, node) ||
      !isSessionStep(graph, node, path[i + 1]!),
  );

/** Whether one node precedes another by session order. Operations of one session may overlap. */
export function isSessionStep({ history, rows, lane }: OperationGraph, from: number, to: number): boolean {
  const [a, b] = [rows[from]!, rows[to]!];
  return (
    lane[from] !== NONE &&
    history.session[a] === history.session[b] &&
    history.retRank[a]! < history.invRank[b]!
  );
}
