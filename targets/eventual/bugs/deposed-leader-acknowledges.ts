import type { Bug } from "./bug.ts";

export const deposedLeaderAcknowledges: Bug = {
  name: "deposed-leader-acknowledges",
  mistake: "A leader that learns that it leads no more acknowledges the writes it still has under way.",
  effect: "Those writes are lost: the next leader never had them.",
  expected: { model: "no-lost-writes", anomaly: "lost-element" },
  shownBy: {
    options: {
      preset: "semi-sync",
      replication: "semi-sync",
      reads: "leader",
      electionTimeout: 300,
      requestTimeout: 1500,
    },
    workload: "set",
    faults: ["partition-leader"],
  },
  rules: (correct) => ({ ...correct, leader: { ...correct.leader, acknowledgeWhenDeposed: true } }),
};
