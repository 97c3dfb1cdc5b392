import type { Json } from "#core/json";
import type { Nanoseconds } from "#core/units";
import type { Known, Shipped } from "./replication/multi-leader/messages.ts";
import type { Datatype } from "./datatypes/datatype.ts";
import type { Action } from "./protocol.ts";
import { majorityOf } from "./replication/single-leader/quorum.ts";

/**
 * What a planted bug can change, decision by decision. Each part of the store takes its own rules and asks them where
 * textbooks go wrong; `correctRules` are all right.
 */
export interface Rules {
  readonly storage: StorageRules;
  readonly leader: LeaderRules;
  readonly quorum: QuorumRules;
  readonly delivery: DeliveryRules;
  readonly antiEntropy: AntiEntropyRules;
  readonly session: SessionRules;
}

export interface StorageRules {
  /** Whether replies and messages wait until what they tell of is on disk. */
  readonly waitForSync: boolean;
  /** Whether a node still knows after a restart how many updates it took, so that no two bear the same dot. */
  readonly rememberCounter: boolean;
}

/** Decisions of `replication/single-leader`. */
export interface LeaderRules {
  /** How many of so many nodes elect, commit and confirm, the leader included. */
  readonly quorum: (nodes: number) => number;
  /** Whether nodes ask if they would be elected before they stand (pre-vote): a node that was cut off deposes nobody then. */
  readonly preVote: boolean;
  /** Whether chance decides how long each node waits before it stands. */
  readonly randomPatience: boolean;
  /** Whether votes survive a restart. */
  readonly rememberVotes: boolean;
  /** Whether a node that voted so in a term (null: it did not) may vote for this candidate. */
  readonly mayVote: (votedFor: string | null, candidate: string) => boolean;
  /** Whether voters refuse candidates whose logs are behind their own (Raft §5.4.1). */
  readonly compareLogs: boolean;
  /** Whether only entries of the leader's own term are counted, and earlier ones committed with them (Raft §5.4.2). */
  readonly countOwnTermOnly: boolean;
  /** Whether an entry counts as a follower's once it was sent, without waiting for the answer. */
  readonly countWhenSent: boolean;
  /** Whether a leader asks the others that it still leads before it answers reads (Raft §6.4). */
  readonly confirmLeadership: boolean;
  /** Whether a node answers no read of its own after a start until it has caught up. */
  readonly awaitCatchUp: boolean;
  /** Whether data is built anew after applied entries were cut off. */
  readonly rebuildAfterCut: boolean;
  /** Whether an action is applied again when data is built anew. */
  readonly replays: (action: Action) => boolean;
  /** Whether updates under way when leadership is lost are acknowledged. */
  readonly acknowledgeWhenDeposed: boolean;
  /** Whether a request that was carried out before is answered as it was, and not carried out again. */
  readonly deduplicate: boolean;
  /** Whether a session's token must name an entry of this node's own history. */
  readonly compareTokenTerms: boolean;
}

/** Decisions of `replication/leaderless`. */
export interface QuorumRules {
  /** Answers a read waits for, of the R it needs. */
  readonly answersNeeded: (readQuorum: number) => number;
  /** Whether a stand-in's acknowledgement counts towards a strict quorum. */
  readonly countStandIns: boolean;
  /** What one read makes of two replicas' states. */
  readonly combine: (datatype: Datatype, a: Json, b: Json) => Json;
  /** What a write takes the number of acknowledgements for. */
  readonly acknowledgements: (count: number) => number;
  /** Whether a write that too few replicas confirmed in time is acknowledged all the same. */
  readonly acknowledgeLate: boolean;
}

/** Decisions of `replication/multi-leader`. */
export interface DeliveryRules {
  /** What an update must wait for, as node and number of its update. */
  readonly dependencies: (
    update: Shipped,
    origin: string,
  ) => readonly (readonly [node: string, number: number])[];
  /** Whether what a peer did not confirm is sent to it again. */
  readonly resend: boolean;
  /** Up to which of a node's updates the receiver says that it has them, of those applied and those that wait in memory. */
  readonly confirms: (applied: number, held: number) => number;
  /** Of what a session saw, that which a node must know before it answers, as node and number of its update. */
  readonly mustKnow: (after: Known, node: string) => readonly (readonly [node: string, number: number])[];
}

/** Decisions of read repair, hinted handoff and gossip. */
export interface AntiEntropyRules {
  /** Whether hints survive a restart. */
  readonly keepHints: boolean;
  /** Whether a hint is kept until the replica said that it has it. */
  readonly awaitHandover: boolean;
  /** Of the branches of the Merkle trees that differ, those that are looked into. */
  readonly branches: (different: readonly number[]) => readonly number[];
  /** What read repair sends, of what the replicas (null: nothing) together know. */
  readonly repairWith: (merged: Json, answers: readonly Json[]) => Json;
  /** Whether a replica takes what read repair sends in the place of what it has, instead of merging both. */
  readonly repairReplaces: boolean;
  /** Whether gossip takes in a peer's copy of a key, of which the node has a copy or not. */
  readonly takesIn: (hasCopy: boolean) => boolean;
}

/** Decisions of the client's session. */
export interface SessionRules {
  /** Whether what the session saw goes along when it moves to another node. */
  readonly carryContext: boolean;
  /** Whether an update whose outcome the client does not know is sent again, under the name it had. */
  readonly retryUnknown: boolean;
  /** Whether a cached answer stays good for another while each time it is used. */
  readonly renewCached: boolean;
  /** Whether what a session cached of a key is forgotten when it changes the key. */
  readonly forgetChanged: boolean;
  /** From when on a cached answer is good: when it was asked for, or when it came. */
  readonly cachedSince: (asked: Nanoseconds, answered: Nanoseconds) => Nanoseconds;
}

export const correctRules: Rules = {
  storage: { waitForSync: true, rememberCounter: true },
  leader: {
    quorum: majorityOf,
    preVote: true,
    randomPatience: true,
    rememberVotes: true,
    mayVote: (votedFor, candidate) => votedFor === null || votedFor === candidate,
    compareLogs: true,
    countOwnTermOnly: true,
    countWhenSent: false,
    confirmLeadership: true,
    awaitCatchUp: true,
    rebuildAfterCut: true,
    replays: () => true,
    acknowledgeWhenDeposed: false,
    deduplicate: true,
    compareTokenTerms: true,
  },
  quorum: {
    answersNeeded: (readQuorum) => readQuorum,
    countStandIns: false,
    combine: (datatype, a, b) => datatype.merge(a, b),
    acknowledgements: (count) => count,
    acknowledgeLate: false,
  },
  delivery: {
    dependencies: (update) => Object.entries(update.after),
    resend: true,
    confirms: (applied) => applied,
    mustKnow: (after) => Object.entries(after),
  },
  antiEntropy: {
    keepHints: true,
    awaitHandover: true,
    branches: (different) => different,
    repairWith: (merged) => merged,
    repairReplaces: false,
    takesIn: () => true,
  },
  session: {
    carryContext: true,
    retryUnknown: false,
    renewCached: false,
    forgetChanged: true,
    cachedSince: (asked) => asked,
  },
};
