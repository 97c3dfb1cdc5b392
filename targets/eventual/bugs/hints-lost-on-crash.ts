import type { Bug } from "./bug.ts";

export const hintsLostOnCrash: Bug = {
  name: "hints-lost-on-crash",
  mistake: "Hints for replicas that could not be reached are kept in memory only.",
  effect:
    "A replica that was away while a write came and the node with the hint restarted never hears of the write.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "dynamo", gossip: 0, readRepair: false },
    workload: "session",
    faults: ["partition-one", "kill-one"],
  },
  rules: (correct) => ({ ...correct, antiEntropy: { ...correct.antiEntropy, keepHints: false } }),
};
