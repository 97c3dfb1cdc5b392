/** How many of `nodes` make a majority. */
export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1;

/** The largest number that `quorum` of the nodes have reached; one number per node. */
export function reachedBy(quorum: number, numbers: readonly number[]): number {
  const descending = [...numbers].sort((a, b) => b - a);
  return descending[quorum - 1] ?? 0;
}
