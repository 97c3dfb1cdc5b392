/** What each node counted. Names in order. */
export type Counts = { readonly [node: string]: number };

export const totalOf = (counts: Counts): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

export const withCount = (counts: Counts, node: string, added: number): Counts =>
  mergeCounts(counts, { [node]: (Object.hasOwn(counts, node) ? counts[node]! : 0) + added });

/** Each node's count only grows: the greater is the later. */
export function mergeCounts(a: Counts, b: Counts): Counts {
  const nodes = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const count = (counts: Counts, node: string): number => (Object.hasOwn(counts, node) ? counts[node]! : 0);
  return Object.fromEntries(nodes.map((node) => [node, Math.max(count(a, node), count(b, node))]));
}
