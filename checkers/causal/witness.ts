import type { History } from "#core/history";
import { NONE } from "#core/history";
import type { Anomaly } from "#core/verdict";
import { isIndefinite, operationGraph, type OperationGraph } from "./operation-graph.ts";

/** Larger witnesses stay as they were found. */
const MOST_ROWS = 400;

/** Adds the writers of all values read, and what shows that indefinite writes took effect. @returns rows */
export function closedRows(graph: OperationGraph, nodes: Iterable<number>): number[] {
  const included = new Set<number>();
  const open = [...nodes];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (included.has(node)) continue;
    included.add(node);
    if (graph.readsFrom[node]! >= 0) open.push(graph.readsFrom[node]!);
    if (isIndefinite(graph, node)) open.push(graph.supporter[node]!);
  }
  return Array.from(included, (node) => graph.rows[node]!).sort((a, b) => a - b);
}

/** The same for rows; those that are no nodes are left out. */
export function closedOver(graph: OperationGraph, rows: readonly number[]): number[] {
  const wanted = new Set(rows);
  const nodes: number[] = [];
  for (let node = 0; node < graph.count; node++) if (wanted.has(graph.rows[node]!)) nodes.push(node);
  return closedRows(graph, nodes);
}

/** The part of the history that these operations make, closed, less whatever can be left out without the proof failing. */
export function minimized(
  graph: OperationGraph,
  nodes: Iterable<number>,
  proves: (part: History) => boolean,
): History {
  const whole = graph.history.select(closedRows(graph, nodes));
  if (whole.length > MOST_ROWS) return whole;
  const within = operationGraph(whole);
  let kept: number[] = Array.from(within.rows);
  for (let size = Math.max(1, kept.length >> 1); size >= 1; size = size === 1 ? 0 : size >> 1) {
    for (let at = kept.length - size; at > -size; at -= size) {
      const tried = kept.filter((_, i) => i < at || i >= at + size);
      const closed = closedOver(within, tried);
      if (closed.length === 0 || closed.length >= kept.length) continue;
      if (!proves(whole.select(closed))) continue;
      kept = [...closed];
      at = Math.min(at, kept.length);
    }
  }
  return whole.select(kept);
}

/** An anomaly whose witness is all of a history. */
export function anomalyOn(
  history: History,
  what: Pick<Anomaly, "type" | "model" | "explanation"> & { readonly key?: number },
): Anomaly {
  const { key = NONE, ...rest } = what;
  return {
    ...rest,
    ...(key === NONE ? {} : { key: history.keys[key]! }),
    witness: Array.from(history.invRank),
  };
}
