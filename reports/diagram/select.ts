import type { ReportEdge, ReportOperation } from "../schema.ts";
import { circleIn } from "./circle.ts";

/** What of a witness is drawn. Edges name operations and edges by their places in these lists. */
export interface Drawing {
  readonly operations: readonly ReportOperation[];
  /** By operation: its number in the whole witness, from 1. */
  readonly numbers: readonly number[];
  readonly edges: readonly ReportEdge[];
  /** Edges that go round in a circle: places, in the order of the way round. */
  readonly circle: readonly number[];
  readonly operationsLeftOut: number;
  readonly edgesLeftOut: number;
}

/** At most so many operations: those that contradict each other, then what that follows from, then the earliest. */
export function selectDrawing(
  operations: readonly ReportOperation[],
  edges: readonly ReportEdge[],
  most: number,
): Drawing {
  const around = circleIn(edges).map((place) => edges[place] as ReportEdge);
  const wanted = [...around, ...edges].flatMap(({ from, to }) => [from, to]);
  const kept = [...new Set([...wanted, ...operations.keys()])].slice(0, most).sort((a, b) => a - b);
  const places = new Map(kept.map((old, place) => [old, place]));
  const shown = edgesAmong(edges, places);
  return {
    operations: kept.map((place) => operations[place] as ReportOperation),
    numbers: kept.map((place) => place + 1),
    edges: shown,
    circle: circleIn(shown),
    operationsLeftOut: operations.length - kept.length,
    edgesLeftOut: edges.length - shown.length,
  };
}

function edgesAmong(edges: readonly ReportEdge[], places: ReadonlyMap<number, number>): ReportEdge[] {
  const shown: ReportEdge[] = [];
  const newPlace = new Map<number, number>();
  edges.forEach((edge, old) => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (from === undefined || to === undefined) return;
    const because = edge.because.flatMap((place) => newPlace.get(place) ?? []);
    newPlace.set(old, shown.push({ ...edge, from, to, because }) - 1);
  });
  return shown;
}
