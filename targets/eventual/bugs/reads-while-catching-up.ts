import type { Bug } from "./bug.ts";

export const readsWhileCatchingUp: Bug = {
  name: "reads-while-catching-up",
  mistake: "A node that has just started answers reads before it knows what was committed.",
  effect: "A session that stays with its node sees less than before, or nothing.",
  expected: { model: "monotonic-reads", anomaly: "monotonic-reads" },
  shownBy: {
    options: { preset: "sync-leader", replication: "sync-leader", reads: "any", electionTimeout: 300 },
    workload: "session",
    faults: ["kill-one"],
  },
  rules: (correct) => ({ ...correct, leader: { ...correct.leader, awaitCatchUp: false } }),
};
