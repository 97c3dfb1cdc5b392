/** Nodes of odd number are in one region, nodes of even number in the other. */
export const inSameRegion = (a: string, b: string): boolean => numberOf(a) % 2 === numberOf(b) % 2;

const numberOf = (node: string): number => Number(/\d+$/.exec(node)?.[0] ?? 0);
