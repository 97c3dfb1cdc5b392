import type { Bug } from "./bug.ts";

export const staleTokenAccepted: Bug = {
  name: "stale-token-accepted",
  mistake: "A session's token names a place in the log without the term it was written in.",
  effect:
    "After a failover a node believes to have what the session saw although it was undone, and the session misses its own writes.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: {
    options: {
      preset: "async-leader",
      replication: "async-leader",
      reads: "any",
      stampedReads: true,
      electionTimeout: 300,
    },
    workload: "session",
    faults: ["partition-leader"],
  },
  rules: (correct) => ({ ...correct, leader: { ...correct.leader, compareTokenTerms: false } }),
};
