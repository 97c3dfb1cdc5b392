import type { ReportEdge } from "../schema.ts";

/** A shortest circle of edges, as places in their list; empty if they do not go round. */
export function circleIn(edges: readonly Pick<ReportEdge, "from" | "to">[]): number[] {
  let shortest: number[] = [];
  for (const start of new Set(edges.map(({ from }) => from))) {
    const found = wayRound(edges, start);
    if (found.length > 0 && (shortest.length === 0 || found.length < shortest.length)) shortest = found;
  }
  return shortest;
}

/** Breadth first from an operation back to itself. */
function wayRound(edges: readonly Pick<ReportEdge, "from" | "to">[], start: number): number[] {
  const reachedBy = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const [place, edge] of edges.entries()) {
      if (edge.from !== node || reachedBy.has(edge.to)) continue;
      reachedBy.set(edge.to, place);
      if (edge.to === start) return wayBack(edges, reachedBy, start);
      queue.push(edge.to);
    }
  }
  return [];
}

function wayBack(
  edges: readonly Pick<ReportEdge, "from" | "to">[],
  reachedBy: ReadonlyMap<number, number>,
  start: number,
): number[] {
  const way: number[] = [];
  let node = start;
  do {
    const place = reachedBy.get(node) as number;
    way.unshift(place);
    node = (edges[place] as { from: number }).from;
  } while (node !== start);
  return way;
}

/** Badge of an edge: a … z, then a1, b1 … */
export const letterOf = (place: number): string =>
  `${String.fromCharCode(97 + (place % 26))}${place < 26 ? "" : Math.floor(place / 26)}`;
