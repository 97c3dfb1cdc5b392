import type { Bug } from "./bug.ts";
import type { BugName } from "./names.ts";
import { twoPhaseSetForgetsRemoves } from "./2p-set-forgets-removes.ts";
import { twoPhaseSetReAdds } from "./2p-set-re-adds.ts";
import { ackBeforeFsync } from "./ack-before-fsync.ts";
import { ackWhenSent } from "./ack-when-sent.ts";
import { cacheCountsFromReply } from "./cache-counts-from-reply.ts";
import { cacheKeptOnChange } from "./cache-kept-on-change.ts";
import { cacheRenewedOnHit } from "./cache-renewed-on-hit.ts";
import { concurrentIsNewer } from "./concurrent-is-newer.ts";
import { counterLastTotalWins } from "./counter-last-total-wins.ts";
import { counterStartsAgain } from "./counter-starts-again.ts";
import { counterTakesArriving } from "./counter-takes-arriving.ts";
import { cutNotUndone } from "./cut-not-undone.ts";
import { deletesNotReplayed } from "./deletes-not-replayed.ts";
import { dependenciesIgnored } from "./dependencies-ignored.ts";
import { deposedLeaderAcknowledges } from "./deposed-leader-acknowledges.ts";
import { firstAnswerWins } from "./first-answer-wins.ts";
import { firstWriteDropsOthers } from "./first-write-drops-others.ts";
import { gossipFillsGapsOnly } from "./gossip-fills-gaps-only.ts";
import { halfQuorum } from "./half-quorum.ts";
import { heldUpdatesConfirmed } from "./held-updates-confirmed.ts";
import { hintsForgottenWhenSent } from "./hints-forgotten-when-sent.ts";
import { hintsLostOnCrash } from "./hints-lost-on-crash.ts";
import { lamportIgnoresOthers } from "./lamport-ignores-others.ts";
import { merkleSkipsBranch } from "./merkle-skips-branch.ts";
import { neverSentAgain } from "./never-sent-again.ts";
import { oneDependency } from "./one-dependency.ts";
import { orSetForgetsRemoves } from "./or-set-forgets-removes.ts";
import { orSetRemovesByValue } from "./or-set-removes-by-value.ts";
import { otUntransformed } from "./ot-untransformed.ts";
import { ownCopyCountedTwice } from "./own-copy-counted-twice.ts";
import { pnCounterAddsUp } from "./pn-counter-adds-up.ts";
import { pnCounterMaxOfSums } from "./pn-counter-max-of-sums.ts";
import { quorumOffByOne } from "./quorum-off-by-one.ts";
import { readRepairResurrects } from "./read-repair-resurrects.ts";
import { readsWhileCatchingUp } from "./reads-while-catching-up.ts";
import { retryAppliedTwice } from "./retry-applied-twice.ts";
import { rgaByArrival } from "./rga-by-arrival.ts";
import { rgaByNode } from "./rga-by-node.ts";
import { rgaWithoutTombstones } from "./rga-without-tombstones.ts";
import { setKeepsLarger } from "./set-keeps-larger.ts";
import { siblingsCapped } from "./siblings-capped.ts";
import { staleLeaderElected } from "./stale-leader-elected.ts";
import { staleTokenAccepted } from "./stale-token-accepted.ts";
import { standInsCounted } from "./stand-ins-counted.ts";
import { tiesByArrival } from "./ties-by-arrival.ts";
import { timeoutIsSuccess } from "./timeout-is-success.ts";
import { tokenLostOnFailover } from "./token-lost-on-failover.ts";
import { tokenOfOneNode } from "./token-of-one-node.ts";
import { tombstonesCollected } from "./tombstones-collected.ts";
import { twoVotes } from "./two-votes.ts";
import { unconfirmedReads } from "./unconfirmed-reads.ts";
import { vectorNotIncremented } from "./vector-not-incremented.ts";
import { vectorWithoutDots } from "./vector-without-dots.ts";

/** Every planted bug by name. */
export const bugs: Readonly<Record<BugName, Bug>> = {
  "2p-set-forgets-removes": twoPhaseSetForgetsRemoves,
  "2p-set-re-adds": twoPhaseSetReAdds,
  "ack-before-fsync": ackBeforeFsync,
  "ack-when-sent": ackWhenSent,
  "cache-counts-from-reply": cacheCountsFromReply,
  "cache-kept-on-change": cacheKeptOnChange,
  "cache-renewed-on-hit": cacheRenewedOnHit,
  "concurrent-is-newer": concurrentIsNewer,
  "counter-last-total-wins": counterLastTotalWins,
  "counter-starts-again": counterStartsAgain,
  "counter-takes-arriving": counterTakesArriving,
  "cut-not-undone": cutNotUndone,
  "deletes-not-replayed": deletesNotReplayed,
  "dependencies-ignored": dependenciesIgnored,
  "deposed-leader-acknowledges": deposedLeaderAcknowledges,
  "first-answer-wins": firstAnswerWins,
  "first-write-drops-others": firstWriteDropsOthers,
  "gossip-fills-gaps-only": gossipFillsGapsOnly,
  "half-quorum": halfQuorum,
  "held-updates-confirmed": heldUpdatesConfirmed,
  "hints-forgotten-when-sent": hintsForgottenWhenSent,
  "hints-lost-on-crash": hintsLostOnCrash,
  "lamport-ignores-others": lamportIgnoresOthers,
  "merkle-skips-branch": merkleSkipsBranch,
  "never-sent-again": neverSentAgain,
  "one-dependency": oneDependency,
  "or-set-forgets-removes": orSetForgetsRemoves,
  "or-set-removes-by-value": orSetRemovesByValue,
  "ot-untransformed": otUntransformed,
  "own-copy-counted-twice": ownCopyCountedTwice,
  "pn-counter-adds-up": pnCounterAddsUp,
  "pn-counter-max-of-sums": pnCounterMaxOfSums,
  "quorum-off-by-one": quorumOffByOne,
  "read-repair-resurrects": readRepairResurrects,
  "reads-while-catching-up": readsWhileCatchingUp,
  "retry-applied-twice": retryAppliedTwice,
  "rga-by-arrival": rgaByArrival,
  "rga-by-node": rgaByNode,
  "rga-without-tombstones": rgaWithoutTombstones,
  "set-keeps-larger": setKeepsLarger,
  "siblings-capped": siblingsCapped,
  "stale-leader-elected": staleLeaderElected,
  "stale-token-accepted": staleTokenAccepted,
  "stand-ins-counted": standInsCounted,
  "ties-by-arrival": tiesByArrival,
  "timeout-is-success": timeoutIsSuccess,
  "token-lost-on-failover": tokenLostOnFailover,
  "token-of-one-node": tokenOfOneNode,
  "tombstones-collected": tombstonesCollected,
  "two-votes": twoVotes,
  "unconfirmed-reads": unconfirmedReads,
  "vector-not-incremented": vectorNotIncremented,
  "vector-without-dots": vectorWithoutDots,
};
