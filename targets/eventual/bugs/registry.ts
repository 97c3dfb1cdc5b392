import type { Bug } from "./bug.ts";
import type { BugName } from "./names.ts";
import { twoPhaseSetForgetsRemoves } from "./2p-set-forgets-removes.ts";
import { twoPhaseSetReAdds } from "./2p-set-re-adds.ts";
import { ackBeforeFsync } from "./ack-before-fsync.ts";
import { ackWhenSent } from "./ack-when-sent.ts";
import { concurrentIsNewer } from "./concurrent-is-newer.ts";
import { counterLastTotalWins } from "./counter-last-total-wins.ts";
import { counterTakesArriving } from "./counter-takes-arriving.ts";
import { cutNotUndone } from "./cut-not-undone.ts";
import { deletesNotReplayed } from "./deletes-not-replayed.ts";
import { deposedLeaderAcknowledges } from "./deposed-leader-acknowledges.ts";
import { firstWriteDropsOthers } from "./first-write-drops-others.ts";
import { halfQuorum } from "./half-quorum.ts";
import { lamportIgnoresOthers } from "./lamport-ignores-others.ts";
import { orSetForgetsRemoves } from "./or-set-forgets-removes.ts";
import { orSetRemovesByValue } from "./or-set-removes-by-value.ts";
import { otUntransformed } from "./ot-untransformed.ts";
import { pnCounterAddsUp } from "./pn-counter-adds-up.ts";
import { pnCounterMaxOfSums } from "./pn-counter-max-of-sums.ts";
import { readsWhileCatchingUp } from "./reads-while-catching-up.ts";
import { retryAppliedTwice } from "./retry-applied-twice.ts";
import { rgaByArrival } from "./rga-by-arrival.ts";
import { rgaByNode } from "./rga-by-node.ts";
import { rgaWithoutTombstones } from "./rga-without-tombstones.ts";
import { setKeepsLarger } from "./set-keeps-larger.ts";
import { siblingsCapped } from "./siblings-capped.ts";
import { staleLeaderElected } from "./stale-leader-elected.ts";
import { staleTokenAccepted } from "./stale-token-accepted.ts";
import { tiesByArrival } from "./ties-by-arrival.ts";
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
  "concurrent-is-newer": concurrentIsNewer,
  "counter-last-total-wins": counterLastTotalWins,
  "counter-takes-arriving": counterTakesArriving,
  "cut-not-undone": cutNotUndone,
  "deletes-not-replayed": deletesNotReplayed,
  "deposed-leader-acknowledges": deposedLeaderAcknowledges,
  "first-write-drops-others": firstWriteDropsOthers,
  "half-quorum": halfQuorum,
  "lamport-ignores-others": lamportIgnoresOthers,
  "or-set-forgets-removes": orSetForgetsRemoves,
  "or-set-removes-by-value": orSetRemovesByValue,
  "ot-untransformed": otUntransformed,
  "pn-counter-adds-up": pnCounterAddsUp,
  "pn-counter-max-of-sums": pnCounterMaxOfSums,
  "reads-while-catching-up": readsWhileCatchingUp,
  "retry-applied-twice": retryAppliedTwice,
  "rga-by-arrival": rgaByArrival,
  "rga-by-node": rgaByNode,
  "rga-without-tombstones": rgaWithoutTombstones,
  "set-keeps-larger": setKeepsLarger,
  "siblings-capped": siblingsCapped,
  "stale-leader-elected": staleLeaderElected,
  "stale-token-accepted": staleTokenAccepted,
  "ties-by-arrival": tiesByArrival,
  "tombstones-collected": tombstonesCollected,
  "two-votes": twoVotes,
  "unconfirmed-reads": unconfirmedReads,
  "vector-not-incremented": vectorNotIncremented,
  "vector-without-dots": vectorWithoutDots,
};
