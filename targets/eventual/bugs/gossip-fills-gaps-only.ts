import type { Bug } from "./bug.ts";

export const gossipFillsGapsOnly: Bug = {
  name: "gossip-fills-gaps-only",
  mistake: "Gossip takes a peer's copy of a key only if the node has none, whatever is newer.",
  effect: "A replica that missed a later write of a key keeps the old value for good.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "dynamo", hintedHandoff: false, readRepair: false, gossip: 200 },
    workload: "session",
    faults: ["partition-one"],
  },
  rules: (correct) => ({
    ...correct,
    antiEntropy: { ...correct.antiEntropy, takesIn: (hasCopy) => !hasCopy },
  }),
};
