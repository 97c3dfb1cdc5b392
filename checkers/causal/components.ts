import type { Budget } from "#core/budget";
import { NONE } from "#core/history";

/** Visits the successors of a node by number; NONE after the last. */
export type Successor = (node: number, nth: number) => number;

/** By node: the id of its strongly connected component, NONE for those of one node. Tarjan 1972, with stacks of its own. */
export function components(count: number, successor: Successor, budget: Budget): Int32Array {
  const index = new Int32Array(count).fill(NONE);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const next = new Int32Array(count);
  const stack = new Int32Array(count);
  const path = new Int32Array(count);
  const component = new Int32Array(count).fill(NONE);
  let [visited, size, found] = [0, 0, 0];
  for (let root = 0; root < count; root++) {
    budget.tick();
    if (index[root] !== NONE) continue;
    let depth = 0;
    path[depth++] = root;
    while (depth > 0) {
      const node = path[depth - 1]!;
      if (index[node] === NONE) {
        index[node] = low[node] = visited++;
        onStack[node] = 1;
        stack[size++] = node;
      }
      const to = successor(node, next[node]!++);
      if (to !== NONE) {
        if (index[to] === NONE) path[depth++] = to;
        else if (onStack[to] === 1 && index[to]! < low[node]!) low[node] = index[to]!;
        continue;
      }
      depth--;
      if (depth > 0 && low[node]! < low[path[depth - 1]!]!) low[path[depth - 1]!] = low[node]!;
      if (low[node] !== index[node]) continue;
      const id = stack[size - 1] === node ? NONE : found++;
      let member: number;
      do {
        member = stack[--size]!;
        onStack[member] = 0;
        component[member] = id;
      } while (member !== node);
    }
  }
  return component;
}
