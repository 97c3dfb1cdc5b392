import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import type { ViewState } from "./view-state.ts";

/**
 * All operations on paths between consecutive nodes; for each edge added, also what asked for it. Undefined where more than
 * `most` operations had to be looked at.
 */
export function expanded(
  state: ViewState,
  nodes: readonly number[],
  most: number,
  budget: Budget,
): number[] | undefined {
  let left = most;
  const all = new Set(nodes);
  const explained = new Set<number>();
  const open = nodes.slice(1).map((to, i) => ({ from: nodes[i]!, to, edges: state.next.length }));
  for (const one of open) {
    const { kept, added, looked } = pathOf(state, one, budget);
    left -= looked;
    if (left < 0) return undefined;
    for (const node of kept) all.add(node);
    for (const edge of added) {
      if (explained.has(edge)) continue;
      explained.add(edge);
      const by = state.by.data[edge]!;
      all.add(by);
      // Only older edges: so that nothing explains itself.
      open.push({ from: state.from.data[edge]!, to: by, edges: edge });
    }
  }
  return [...all];
}

/** From where to where, by edges older than number `edges`. */
interface Way {
  readonly from: number;
  readonly to: number;
  readonly edges: number;
}

interface Path {
  readonly kept: readonly number[];
  readonly added: readonly number[];
  /** How many operations were looked at. */
  readonly looked: number;
}

/** A path without what lies between two steps of session order, and the added edges on it. */
function pathOf(state: ViewState, way: Way, budget: Budget): Path {
  const steps = stepsTo(state, way, budget);
  const kept = [way.from, way.to];
  const added: number[] = [];
  let kind = SESSION;
  for (let node = way.from; node !== way.to; ) {
    const step = steps.get(node);
    if (step === undefined) break;
    if (step.kind !== SESSION || kind !== SESSION) kept.push(node);
    if (step.kind >= 0) added.push(step.kind);
    kind = step.kind;
    node = step.to;
  }
  return { kept, added, looked: steps.size };
}

/** One step of a path; `kind`: SESSION, SOURCE, or the edge that was added. */
interface Step {
  readonly to: number;
  readonly kind: number;
}

const SESSION = -1;
const SOURCE = -2;

/** Breadth first from the end to the start: for each node the step that leads on. What needs less than the start cannot follow it. */
function stepsTo(state: ViewState, { from, to, edges }: Way, budget: Budget): Map<number, Step> {
  const { graph, level, first, next } = state;
  const steps = new Map<number, Step>();
  const queue = [to];
  const step = (node: number, after: number, kind: number): void => {
    if (node < 0 || level[node]! < level[from]! || steps.has(node)) return;
    steps.set(node, { to: after, kind });
    queue.push(node);
  };
  for (let i = 0; i < queue.length && !steps.has(from); i++) {
    budget.tick();
    const node = queue[i]!;
    if (state.readCounts(node)) step(graph.readsFrom[node]!, node, SOURCE);
    step(state.previous[node]!, node, SESSION);
    for (let at = graph.crossStart[node]!; at < graph.crossStart[node + 1]!; at++)
      step(graph.cross[at]!, node, SESSION);
    for (let edge = first[node]!; edge !== NONE; edge = next.data[edge]!) {
      if (edge < edges) step(state.from.data[edge]!, node, edge);
    }
  }
  return steps;
}
