import type { Bug } from "./bug.ts";

export const tokenOfOneNode: Bug = {
  name: "token-of-one-node",
  mistake:
    "A node compares only its own entry of a session's token: how many of its own updates the session saw.",
  effect: "A session that goes to another node sees less than before.",
  expected: { model: "monotonic-reads", anomaly: "monotonic-reads" },
  shownBy: { options: { preset: "causal", reads: "any" }, workload: "session", faults: ["partition-one"] },
  rules: (correct) => ({
    ...correct,
    delivery: {
      ...correct.delivery,
      mustKnow: (after, node) => Object.entries(after).filter(([name]) => name === node),
    },
  }),
};
