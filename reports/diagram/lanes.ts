import type { ReportOperation } from "../schema.ts";

/** What one session did, one operation after the other. */
export interface Lane {
  readonly name: string;
  /** The node that answered all of it, if it was one. */
  readonly node: string | null;
}

export interface Lanes {
  readonly lanes: readonly Lane[];
  /** By operation: its lane. */
  readonly laneOf: readonly number[];
}

type Timed = Pick<ReportOperation, "index" | "endIndex">;

/** When an operation ends, by its place among the events of the history; one that never ended overlaps all that follows. */
export const endIndexOf = ({ endIndex }: Timed): number => endIndex ?? Number.POSITIVE_INFINITY;

/** A lane for each session, in order of appearance; operations of a session that overlap get lanes beside each other. */
export function layLanes(operations: readonly (Timed & Pick<ReportOperation, "who" | "node">)[]): Lanes {
  const bySession = new Map<string, { operations: number[]; until: number }[]>();
  const inOrder = [...operations.keys()].sort((a, b) => indexOf(operations, a) - indexOf(operations, b));
  for (const place of inOrder) {
    const operation = operations[place] as Timed & { who: string };
    const own = bySession.get(operation.who) ?? [];
    bySession.set(operation.who, own);
    const free = own.find(({ until }) => until < operation.index);
    const lane = free ?? { operations: [], until: 0 };
    if (free === undefined) own.push(lane);
    lane.operations.push(place);
    lane.until = endIndexOf(operation);
  }
  const laid = [...bySession].flatMap(([name, own]) =>
    own.map((lane) => ({ name, places: lane.operations })),
  );
  const laneOf = operations.map((_, place) => laid.findIndex(({ places }) => places.includes(place)));
  return {
    lanes: laid.map(({ name, places }) => ({
      name,
      node: onlyNode(places.map((place) => operations[place]?.node ?? null)),
    })),
    laneOf,
  };
}

const indexOf = (operations: readonly Timed[], place: number): number => operations[place]?.index ?? 0;

const onlyNode = (nodes: readonly (string | null)[]): string | null =>
  new Set(nodes).size === 1 ? (nodes[0] ?? null) : null;
