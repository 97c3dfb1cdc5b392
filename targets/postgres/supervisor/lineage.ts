/** Under which term each part of a log was written: entries in order, the first from position 0. */
export type Lineage = readonly LineageEntry[];

export interface LineageEntry {
  readonly term: number;
  /** Position at which this term's part begins, in bytes of log, as PostgreSQL writes it: `0/3000148`. */
  readonly from: string;
}

/** Where a node's log ends. */
export interface Position {
  readonly term: number;
  readonly end: string;
}

/** A position in the log as a number. */
export function bytesOf(position: string): bigint {
  const match = /^([0-9A-F]+)\/([0-9A-F]+)$/i.exec(position);
  if (match === null) throw new Error(`no log position: ${position}`);
  return (BigInt(`0x${match[1]}`) << 32n) + BigInt(`0x${match[2]}`);
}

/** The term of the last record of a log that ends there. */
export function termAt(lineage: Lineage, end: string): number {
  const written = lineage.filter(({ from }) => bytesOf(from) < bytesOf(end));
  return written.at(-1)?.term ?? 0;
}

/** Whether a log that ends at `a` has all that one that ends at `b` has: a later term, or of the same term as much. */
export const isAtLeast = (a: Position, b: Position): boolean =>
  a.term === b.term ? bytesOf(a.end) >= bytesOf(b.end) : a.term > b.term;

/**
 * Whether a log holds something that the leader's does not: its last record is of a term that the leader never had, or lies behind
 * the place where the leader's log left that term.
 */
export function hasDiverged(own: Position, leaders: Lineage): boolean {
  const place = leaders.findIndex(({ term }) => term === own.term);
  if (place < 0) return own.term !== 0;
  const next = leaders[place + 1];
  return next !== undefined && bytesOf(own.end) > bytesOf(next.from);
}
