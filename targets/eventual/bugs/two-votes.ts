import type { Bug } from "./bug.ts";

export const twoVotes: Bug = {
  name: "two-votes",
  mistake: "All nodes wait equally long for a leader, and vote for every candidate of a term that asks them.",
  effect:
    "Two leaders of one term write different entries with the same name: nodes that believe to agree differ for good.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "async-leader", replication: "async-leader", reads: "leader", electionTimeout: 100 },
    workload: "set",
    faults: ["kill-leader", "partition-leader", "pause-leader"],
  },
  rules: (correct) => ({
    ...correct,
    leader: { ...correct.leader, randomPatience: false, rememberVotes: false, mayVote: () => true },
  }),
};
