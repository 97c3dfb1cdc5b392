import { type History, NONE } from "#core/history";
import { nextOf } from "./blocks.ts";
import type { Clusters } from "./clusters.ts";

/**
 * Compare-and-sets that no write leads to: they expect each other's values in a circle. One row for each circle. Forks
 * are judged by themselves, and the chains behind their second branch are no circles.
 */
export function findCircles(history: History, clusters: Clusters): number[] {
  const { successor, writer, attached } = clusters;
  if (!attached.includes(1)) return [];
  const reached = new Uint8Array(writer.length);
  const visit = (from: number): void => {
    for (
      let cluster = from;
      cluster !== NONE && reached[cluster] === 0;
      cluster = nextOf(clusters, cluster)
    ) {
      reached[cluster] = 1;
    }
  };
  for (let cluster = 0; cluster < writer.length; cluster++) {
    if (attached[cluster] === 0) visit(cluster);
  }
  for (const [, second] of clusters.forks) visit(clusters.begunBy(second));
  const circles: number[] = [];
  for (let cluster = 0; cluster < writer.length; cluster++) {
    if (reached[cluster] === 1 || successor[cluster] === NONE || cluster >= history.valueCount) continue;
    circles.push(successor[cluster]!);
    visit(cluster);
  }
  return circles;
}
