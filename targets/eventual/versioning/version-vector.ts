import type { Dot } from "../datatypes/datatype.ts";
import type { Order } from "./versioning.ts";

/** Of each node, how many of its updates were seen; absent: none. Parker et al. 1983. Names in order, no zeros. */
export type VersionVector = { readonly [node: string]: number };

export const seenOf = (vector: VersionVector, node: string): number =>
  Object.hasOwn(vector, node) ? vector[node]! : 0;

export const covers = (vector: VersionVector, { node, counter }: Dot): boolean =>
  seenOf(vector, node) >= counter;

/** Whether all that `b` has seen, `a` has. */
export const dominates = (a: VersionVector, b: VersionVector): boolean =>
  Object.entries(b).every(([node, seen]) => seenOf(a, node) >= seen);

export function compareVectors(a: VersionVector, b: VersionVector): Order {
  const [isAfter, isBefore] = [dominates(a, b), dominates(b, a)];
  if (isAfter) return isBefore ? "equal" : "after";
  return isBefore ? "before" : "concurrent";
}

export function mergeVectors(a: VersionVector, b: VersionVector): VersionVector {
  const nodes = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const merged = nodes.map((node) => [node, Math.max(seenOf(a, node), seenOf(b, node))] as const);
  return Object.fromEntries(merged.filter(([, seen]) => seen > 0));
}

export const withDot = (vector: VersionVector, { node, counter }: Dot): VersionVector =>
  mergeVectors(vector, { [node]: counter });
