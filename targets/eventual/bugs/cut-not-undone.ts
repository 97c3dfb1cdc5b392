import type { Bug } from "./bug.ts";

export const cutNotUndone: Bug = {
  name: "cut-not-undone",
  mistake: "A deposed leader replaces its entries by the new leader's, but leaves its data as it was.",
  effect: "It goes on showing writes that were undone, and never shows those that took their places.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "async-leader", replication: "async-leader", reads: "any", electionTimeout: 300 },
    workload: "set",
    faults: ["partition-leader"],
  },
  rules: (correct) => ({ ...correct, leader: { ...correct.leader, rebuildAfterCut: false } }),
};
