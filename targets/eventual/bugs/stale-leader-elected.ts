import type { Bug } from "./bug.ts";

export const staleLeaderElected: Bug = {
  name: "stale-leader-elected",
  mistake: "Nodes stand for election without asking first, and voters do not compare logs.",
  effect:
    "A node that was cut off and missed committed writes becomes leader and makes the others throw them away.",
  expected: { model: "no-lost-writes", anomaly: "lost-element" },
  shownBy: {
    options: { preset: "semi-sync", replication: "semi-sync", reads: "leader", electionTimeout: 300 },
    workload: "set",
    faults: ["partition-one"],
  },
  rules: (correct) => ({ ...correct, leader: { ...correct.leader, preVote: false, compareLogs: false } }),
};
