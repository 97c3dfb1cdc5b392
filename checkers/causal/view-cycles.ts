import type { Budget } from "#core/budget";
import { NONE } from "#core/history";
import { NEVER_SEEN, type ViewState } from "./view-state.ts";

/**
 * Whether what the view has to keep goes round. Nodes are in order of invocation, and nothing precedes what has a lower
 * level: so a cycle has one level, and a node in it that comes after one invoked later, or itself. Only from there is it looked for.
 */
export function isCyclic(state: ViewState, budget: Budget): boolean {
  const { level, first, next, from, reached, readBackward, graph } = state;
  const roots: number[] = [];
  for (const node of readBackward) {
    if (level[node] === NEVER_SEEN || !state.readCounts(node)) continue;
    if (level[graph.readsFrom[node]!] === level[node]) roots.push(node);
  }
  if (next.length > 0) {
    for (const node of reached.data.subarray(0, reached.length)) {
      budget.tick();
      for (let edge = first[node]!; edge !== NONE; edge = next.data[edge]!) {
        const before = from.data[edge]!;
        if (before < node || level[before] !== level[node]) continue;
        roots.push(node);
        break;
      }
    }
  }
  return cycleFrom(state, roots, (before, node) => level[before] === level[node], budget) !== undefined;
}

/** Nodes each of which precedes the next, and the last the first; there has to be such a cycle. */
export function findCycle(state: ViewState, budget: Budget): readonly number[] {
  const { reached } = state;
  return cycleFrom(state, reached.data.subarray(0, reached.length), () => true, budget)!;
}

/** Depth first through the past; what is met again while still open is on a cycle. */
function cycleFrom(
  state: ViewState,
  roots: Iterable<number>,
  follows: (before: number, node: number) => boolean,
  budget: Budget,
): number[] | undefined {
  const { mark, cursor } = state;
  const seen: number[] = [];
  const path: number[] = [];
  const enter = (node: number): void => {
    path.push(node);
    seen.push(node);
    mark[node] = OPEN;
  };
  let found: number[] | undefined;
  for (const root of roots) {
    if (mark[root] === UNSEEN) enter(root);
    while (path.length > 0 && found === undefined) {
      budget.tick();
      const node = path[path.length - 1]!;
      const before = nextPast(state, node);
      if (before === END) {
        mark[node] = DONE;
        path.pop();
      } else if (before === NONE || !follows(before, node)) {
        continue;
      } else if (mark[before] === OPEN) {
        found = path.slice(path.indexOf(before)).toReversed();
      } else if (mark[before] === UNSEEN) {
        enter(before);
      }
    }
    if (found !== undefined) break;
  }
  for (const node of seen) {
    cursor[node] = 0;
    mark[node] = UNSEEN;
  }
  return found;
}

const UNSEEN = 0;
const OPEN = 1;
const DONE = 2;
const END = -2;
const EDGES = 0x40000000;

/** The next direct predecessor of a node, NONE where there is none of a kind, END after the last. */
function nextPast(state: ViewState, node: number): number {
  const { graph, cursor } = state;
  const nth = cursor[node]!;
  if (nth >= 0) {
    cursor[node]!++;
    if (nth === 0) return state.previous[node]!;
    if (nth === 1) return state.readCounts(node) ? Math.max(NONE, graph.readsFrom[node]!) : NONE;
    const at = graph.crossStart[node]! + nth - 2;
    if (at < graph.crossStart[node + 1]!) return graph.cross[at]!;
  }
  // Edges are counted below zero: NONE itself is the end of their list.
  const edge = nth >= 0 ? state.first[node]! : nth + EDGES;
  if (edge === NONE) return END;
  cursor[node] = state.next.data[edge]! - EDGES;
  return state.from.data[edge]!;
}
