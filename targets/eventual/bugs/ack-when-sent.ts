import type { Bug } from "./bug.ts";

export const ackWhenSent: Bug = {
  name: "ack-when-sent",
  mistake: "A leader counts a follower as soon as it has sent it an entry, without waiting for the answer.",
  effect: "A leader that is cut off acknowledges writes that nobody else has.",
  expected: { model: "no-lost-writes", anomaly: "lost-element" },
  shownBy: {
    options: { preset: "semi-sync", replication: "semi-sync", reads: "leader", electionTimeout: 300 },
    workload: "set",
    faults: ["partition-leader"],
  },
  rules: (correct) => ({ ...correct, leader: { ...correct.leader, countWhenSent: true } }),
};
