import type { Bug } from "./bug.ts";
import { FANOUT } from "../anti-entropy/merkle.ts";

export const merkleSkipsBranch: Bug = {
  name: "merkle-skips-branch",
  mistake: "The comparison of Merkle trees stops one branch short of the last.",
  effect: "Keys in that branch are never brought up to date.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "dynamo", hintedHandoff: false, readRepair: false, gossip: 200 },
    workload: "session",
    faults: ["partition-one"],
  },
  rules: (correct) => ({
    ...correct,
    antiEntropy: {
      ...correct.antiEntropy,
      branches: (different) => different.filter((branch) => branch < FANOUT - 1),
    },
  }),
};
