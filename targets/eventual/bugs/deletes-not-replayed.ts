import type { Bug } from "./bug.ts";

export const deletesNotReplayed: Bug = {
  name: "deletes-not-replayed",
  mistake: "A node that builds its data anew from its log passes over deletes and removals.",
  effect: "What was deleted is there again after a restart, on that node only.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "async-leader", replication: "async-leader", reads: "any", electionTimeout: 300 },
    workload: "shopping-cart",
    faults: ["kill-one"],
  },
  rules: (correct) => ({
    ...correct,
    leader: { ...correct.leader, replays: ({ f }) => f !== "delete" && f !== "remove" },
  }),
};
