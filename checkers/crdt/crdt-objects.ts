import { FLAG, type History, NONE, STATUS } from "#core/history";
import { FUNCTIONS } from "#core/functions";
import type { Crdt, ObjectSpec } from "#core/operation";
import { type LastRound, lastRounds } from "../last-round.ts";

const READS: ReadonlySet<number> = new Set((["read", "contains"] as const).map((f) => FUNCTIONS.indexOf(f)));

/** All that was done to one object that the header calls a CRDT. */
export interface CrdtObject {
  readonly key: number;
  readonly spec: ObjectSpec;
  readonly isCausal: boolean;
  /** Rows of updates that happened or may have, in order of invocation. Refused ones did nothing and are left out. */
  readonly updates: readonly number[];
  /** Rows of ok reads in order of invocation, final ones included. */
  readonly reads: readonly number[];
  /** The last final reads of all nodes, each of which must show every acknowledged update; empty if some node is missing. */
  readonly last: ReadonlySet<number>;
  /** Why the last reads do not bind. */
  readonly unbound: string | undefined;
}

/** The objects of one type of CRDT. O(operations). */
export function crdtObjects(history: History, crdt: Crdt): CrdtObject[] {
  const updates = new Map<number, number[]>();
  const reads = new Map<number, number[]>();
  for (const [key] of history.keys.entries()) {
    if (history.objectOf(key).crdt !== crdt) continue;
    updates.set(key, []);
    reads.set(key, []);
  }
  for (let row = 0; row < history.length; row++) {
    const key = history.key[row]!;
    if (READS.has(history.f[row]!)) {
      if (history.status[row] === STATUS.ok) reads.get(key)?.push(row);
    } else if (history.status[row] !== STATUS.fail && (history.flags[row]! & FLAG.resultFalse) === 0) {
      updates.get(key)?.push(row);
    }
  }
  const rounds = lastRounds(history);
  return [...updates].map(([key, rows]) => {
    const spec = history.objectOf(key);
    const round = rounds.get(key);
    const unbound = whyUnbound(history, round, rows);
    return {
      key,
      spec,
      isCausal: spec.visibility === "causal",
      updates: rows,
      reads: reads.get(key) ?? [],
      last: new Set(unbound === undefined ? (round?.rows ?? []) : []),
      unbound,
    };
  });
}

function whyUnbound(
  history: History,
  round: LastRound | undefined,
  updates: readonly number[],
): string | undefined {
  if (round === undefined) return "no node was read at the end";
  if (round.missing.length > 0) return `${round.missing.join(", ")}: no last read`;
  const begins = round.rows.reduce((first, row) => Math.min(first, history.invRank[row]!), Number.MAX_VALUE);
  const isLate = (row: number): boolean =>
    history.status[row] === STATUS.ok && history.retRank[row]! > begins;
  return updates.some(isLate) ? "updates were still going on during the last reads" : undefined;
}

/** Whether `read` may have seen `update`, which must have begun before the read returned. */
export const maySee = ({ invRank, retRank }: History, read: number, update: number): boolean =>
  invRank[update]! < retRank[read]!;

export const isAcknowledged = ({ status }: History, row: number): boolean => status[row] === STATUS.ok;

/** `a` before `b` in their session: an operation that never returned is before none. */
export const isEarlierInSession = (history: History, a: number, b: number): boolean =>
  history.session[a] === history.session[b] && history.retRank[a]! < history.invRank[b]!;

/** The name of the node that answered, for people. */
export const nodeOf = (history: History, row: number): string =>
  history.node[row] === NONE ? "the node" : history.nodeNames[history.node[row]!]!;
