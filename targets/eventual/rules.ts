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
}

/** Decisions of `replication/single-leader`. */
export interface LeaderRules {
  /** Whether votes survive a restart. */
  readonly rememberVotes: boolean;
}

/** Decisions of `replication/leaderless`. */
export interface QuorumRules {
  /** Answers a read waits for, of the R it needs. */
  readonly answersNeeded: (readQuorum: number) => number;
  /** Whether a stand-in's acknowledgement counts towards a strict quorum. */
  readonly countStandIns: boolean;
}

/** Decisions of `replication/multi-leader`. */
export interface DeliveryRules {
  /** Whether an update waits for what its dependencies depend on, too. */
  readonly transitive: boolean;
}

/** Decisions of read repair, hinted handoff and gossip. */
export interface AntiEntropyRules {
  /** Whether hints survive a restart. */
  readonly keepHints: boolean;
}

/** Decisions of the client's session. */
export interface SessionRules {
  /** Whether what the session saw goes along when it moves to another node. */
  readonly carryContext: boolean;
}

export const correctRules: Rules = {
  storage: { waitForSync: true },
  leader: { rememberVotes: true },
  quorum: { answersNeeded: (readQuorum) => readQuorum, countStandIns: false },
  delivery: { transitive: true },
  antiEntropy: { keepHints: true },
  session: { carryContext: true },
};
