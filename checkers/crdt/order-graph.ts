/** Whether nothing comes before itself; `before`: what comes before each. O(nodes + edges), Kahn 1962. */
export function isAcyclic(before: ReadonlyMap<number, ReadonlySet<number>>): boolean {
  const after = new Map<number, number[]>();
  const left = new Map<number, number>();
  for (const [node, earlier] of before) {
    left.set(node, earlier.size);
    for (const one of earlier) {
      const list = after.get(one) ?? [];
      list.push(node);
      after.set(one, list);
    }
  }
  const free = [...left].filter(([, count]) => count === 0).map(([node]) => node);
  let done = 0;
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    done++;
    for (const next of after.get(node) ?? []) {
      const count = left.get(next)! - 1;
      left.set(next, count);
      if (count === 0) free.push(next);
    }
  }
  return done === left.size;
}
