import type { Dot } from "../datatypes/datatype.ts";
import { covers, mergeVectors, seenOf, type VersionVector, withDot } from "./version-vector.ts";

/**
 * The updates of a key that somebody saw. `dots`: updates seen alone, beside the vector, in order: who wrote through a node
 * without reading has seen its own write, and none of the siblings that the node had before it.
 */
export type CausalPast = {
  readonly vector: VersionVector;
  readonly dots: readonly (readonly [node: string, counter: number])[];
};

export const NOTHING_SEEN: CausalPast = { vector: {}, dots: [] };

export const hasSeen = ({ vector, dots }: CausalPast, { node, counter }: Dot): boolean =>
  covers(vector, { node, counter }) || dots.some(([name, count]) => name === node && count === counter);

export function mergePasts(a: CausalPast, b: CausalPast): CausalPast {
  const vector = mergeVectors(a.vector, b.vector);
  const dots = [...a.dots, ...b.dots]
    .filter(([node, counter]) => seenOf(vector, node) < counter)
    .sort(([node, counter], [name, count]) => (node === name ? counter - count : node < name ? -1 : 1));
  return {
    vector,
    dots: dots.filter(([node, counter], i) => i === 0 || !isPair(dots[i - 1]!, node, counter)),
  };
}

const isPair = (pair: readonly [string, number], node: string, counter: number): boolean =>
  pair[0] === node && pair[1] === counter;

/** Saw this update, and no others of its node that way. */
export const withUpdate = (past: CausalPast, { node, counter }: Dot): CausalPast =>
  mergePasts(past, { vector: {}, dots: [[node, counter]] });

/** Saw a replica that has this update, and so all of its node before it. */
export const withUpdatesUpTo = (past: CausalPast, dot: Dot): CausalPast =>
  mergePasts(past, { vector: withDot({}, dot), dots: [] });
