import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import { previousOf } from "./lanes.ts";
import type { OperationGraph } from "./operation-graph.ts";

/** An order of all nodes that respects session order and reads-from, or a node on a cycle of the two. */
export type CausalOrder =
  | { readonly order: Int32Array; readonly place: Int32Array }
  | { readonly cycle: readonly number[] };

/** Depth first from the past to the future, so that the order stays close to that of the history. O(operations). */
export function causalOrder(graph: OperationGraph, budget: Budget): CausalOrder {
  const { count } = graph;
  const place = new Int32Array(count).fill(NONE);
  const next = new Int32Array(count);
  const order = new Int32Array(count);
  const stack = new Int32Array(count);
  let done = 0;
  for (let root = 0; root < count; root++) {
    budget.tick();
    if (place[root] !== NONE) continue;
    let depth = 0;
    stack[depth++] = root;
    place[root] = OPEN;
    while (depth > 0) {
      const node = stack[depth - 1]!;
      const before = predecessor(graph, node, next[node]!++);
      if (before === END) {
        place[node] = done;
        order[done++] = node;
        depth--;
      } else if (before !== NONE && place[before] === OPEN) {
        const path = Array.from(stack.subarray(0, depth));
        return { cycle: path.slice(path.indexOf(before)).toReversed() };
      } else if (before !== NONE && place[before] === NONE) {
        place[before] = OPEN;
        stack[depth++] = before;
      }
    }
  }
  return { order, place };
}

const OPEN = -2;
const END = -3;

/** The direct predecessor number `nth`: the one before in the lane, the write read from, those of other lanes; then END. */
function predecessor(graph: OperationGraph, node: number, nth: number): number {
  if (nth === 0) return previousOf(graph, node);
  if (nth === 1) return Math.max(NONE, graph.readsFrom[node]!);
  const at = graph.crossStart[node]! + nth - 2;
  return at < graph.crossStart[node + 1]! ? graph.cross[at]! : END;
}
