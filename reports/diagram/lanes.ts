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
type Placed = Timed &
  Pick<ReportOperation, "who" | "node"> &
  Partial<Pick<ReportOperation, "process" | "final">>;

/** Final readers share their name, not what they did. */
const sessionOf = ({ who, process, final }: Placed): string => (final === true ? `${who} ${process}` : who);

/** When an operation ends, by its place among the events of the history; one that never ended overlaps all that follows. */
export const endIndexOf = ({ endIndex }: Timed): number => endIndex ?? Number.POSITIVE_INFINITY;

/** A lane for each session, in order of appearance; operations of a session that overlap get lanes beside each other. */
export function layLanes(operations: readonly Placed[]): Lanes {
  const bySession = new Map<string, { name: string; operations: number[]; until: number }[]>();
  const inOrder = [...operations.keys()].sort((a, b) => indexOf(operations, a) - indexOf(operations, b));
  for (const place of inOrder) {
    const operation = operations[place] as Placed;
    const session = sessionOf(operation);
    const own = bySession.get(session) ?? [];
    bySession.set(session, own);
    const free = own.find(({ until }) => until < operation.index);
    const lane = free ?? { name: operation.who, operations: [], until: 0 };
    if (free === undefined) own.push(lane);
    lane.operations.push(place);
    lane.until = endIndexOf(operation);
  }
  const laid = [...bySession.values()].flatMap((own) =>
    own.map(({ name, operations: places }) => ({ name, places })),
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
