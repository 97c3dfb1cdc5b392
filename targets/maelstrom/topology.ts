/** The neighbours of each node. */
export type Topology = Readonly<Record<string, readonly string[]>>;
type Shape = (nodes: readonly string[]) => Topology;

const byNeighbours =
  (isLinked: (a: number, b: number, count: number) => boolean): Shape =>
  (nodes) =>
    Object.fromEntries(
      nodes.map((node, a) => [node, nodes.filter((_, b) => a !== b && isLinked(a, b, nodes.length))]),
    );

/** Nodes row by row in a square that is as small as can be; each knows those beside, above and below it. */
function areNextInGrid(a: number, b: number, count: number): boolean {
  const side = Math.ceil(Math.sqrt(count));
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  return high - low === side || (high - low === 1 && high % side !== 0);
}

/** Node `i` has the children `branches · i + 1` and following. */
const tree = (branches: number): Shape =>
  byNeighbours((a, b) => Math.floor((Math.max(a, b) - 1) / branches) === Math.min(a, b));

export const TOPOLOGIES = {
  grid: byNeighbours(areNextInGrid),
  line: byNeighbours((a, b) => Math.abs(a - b) === 1),
  total: byNeighbours(() => true),
  tree2: tree(2),
  tree3: tree(3),
  tree4: tree(4),
} as const satisfies Readonly<Record<string, Shape>>;

export const topologyNames = Object.keys(TOPOLOGIES) as (keyof typeof TOPOLOGIES)[];
