/** How many of `nodes` make a majority. */
export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1;

/** The largest number that a majority of the nodes has reached; one number per node. */
export function reachedByMajority(numbers: readonly number[]): number {
  const descending = [...numbers].sort((a, b) => b - a);
  return descending[majorityOf(numbers.length) - 1] ?? 0;
}
