import type { Bug } from "./bug.ts";

export const halfQuorum: Bug = {
  name: "half-quorum",
  mistake:
    "Half of the nodes, rounded up, elect and commit: with an even number of nodes that is no majority.",
  effect: "Both halves of a split cluster take writes, and one half's are lost.",
  expected: { model: "no-lost-writes", anomaly: "lost-element" },
  shownBy: {
    options: { preset: "semi-sync", replication: "semi-sync", reads: "leader", electionTimeout: 300 },
    workload: "set",
    nodes: 4,
    faults: ["partition-halves"],
  },
  rules: (correct) => ({
    ...correct,
    leader: { ...correct.leader, quorum: (nodes) => Math.ceil(nodes / 2) },
  }),
};
