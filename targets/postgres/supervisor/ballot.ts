import { isAtLeast, type Position } from "./lineage.ts";

/** What a node must not forget, whatever happens to it. */
export interface Ballot {
  /** The latest term it knows of. */
  readonly term: number;
  /** Whom it chose in that term. */
  readonly votedFor: string | undefined;
}

export interface VoteRequest {
  readonly term: number;
  readonly candidate: string;
  readonly position: Position;
  /** Asks only how the vote would go. */
  readonly trial: boolean;
}

export interface Voter {
  readonly ballot: Ballot;
  /** Whether a leader's lease may still be running, as far as this node can tell. */
  readonly bound: boolean;
}

/** Whether a node may choose the candidate, its own log aside. Pure. */
export const mayChoose = ({ ballot, bound }: Voter, { term, candidate }: VoteRequest): boolean =>
  !bound && (term > ballot.term || (term === ballot.term && (ballot.votedFor ?? candidate) === candidate));

/** Whether the candidate's log has all that this node's has: what a majority holds is then never lost. */
export const knowsEnough = (own: Position, { position }: VoteRequest): boolean => isAtLeast(position, own);

/**
 * Until when a leader may act: each follower keeps still for as long as a lease lasts after the leader's last word, so the word that a
 * majority (the leader among it) has answered counts, from when it was sent. Milliseconds.
 */
export function leaseEnd(answeredAt: readonly number[], nodes: number, now: number, lease: number): number {
  const needed = Math.floor(nodes / 2);
  if (needed === 0) return now + lease;
  const latest = [...answeredAt].sort((a, b) => b - a)[needed - 1];
  return (latest ?? Number.NEGATIVE_INFINITY) + lease;
}
