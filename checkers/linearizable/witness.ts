import { ABSENT, type History, NONE, STATUS } from "#core/history";
import { readBy, writtenBy } from "../registers/access.ts";
import type { Conflict } from "./blocks.ts";
import type { Clusters } from "./clusters.ts";

/** The two operations that contradict each other and, of two blocks, the ends that make either order impossible. */
export function witnessOfConflict(history: History, clusters: Clusters, conflict: Conflict): number[] {
  const { earlier, later, after, before } = conflict;
  const rows =
    earlier.root === later.root ? [after, before] : [after, before, earlier.firstRow, later.lastRow];
  return closed(history, clusters, rows);
}

export const witnessOfFork = (
  history: History,
  clusters: Clusters,
  fork: readonly [number, number],
): number[] => closed(history, clusters, fork);

export const witnessOfCircle = (history: History, clusters: Clusters, row: number): number[] =>
  closed(history, clusters, [row]);

/** A read that no write explains; with the failed write of its value, if there was one. */
export function witnessOfRead(history: History, clusters: Clusters, row: number): number[] {
  return closed(history, clusters, [row]);
}

/** Adds the writers of all values read, and what proves that an indefinite write took effect. */
function closed(history: History, clusters: Clusters, rows: readonly number[]): number[] {
  const included = new Set<number>();
  const open = rows.filter((row) => row !== NONE);
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    if (included.has(row)) continue;
    included.add(row);
    const writer = writerBehind(history, clusters, row);
    if (writer !== NONE) open.push(writer);
    if (history.status[row] !== STATUS.ok) open.push(clusters.supporter[clusters.begunBy(row)]!);
  }
  included.delete(NONE);
  return [...included];
}

/** The operation that wrote what this one read or expected, or NONE. */
function writerBehind(history: History, clusters: Clusters, row: number): number {
  const read = history.status[row] === STATUS.ok ? readBy(history, row) : history.expectedOf(row);
  if (read === ABSENT || read < 0) return NONE;
  return Math.max(NONE, clusters.values.writer[read]!);
}

/** Whether an operation wrote something. */
export const isWrite = (history: History, row: number): boolean => writtenBy(history, row) !== ABSENT;
