import type { Bug } from "./bug.ts";

export const unconfirmedReads: Bug = {
  name: "unconfirmed-reads",
  mistake: "A leader answers reads without asking whether it still leads.",
  effect: "A leader that was cut off answers with old data after the next one has taken writes.",
  expected: { model: "linearizable", anomaly: "stale-read" },
  shownBy: {
    options: { preset: "semi-sync", replication: "semi-sync", reads: "leader", electionTimeout: 300 },
    workload: "session",
    faults: ["partition-leader", "pause-leader"],
  },
  rules: (correct) => ({ ...correct, leader: { ...correct.leader, confirmLeadership: false } }),
};
