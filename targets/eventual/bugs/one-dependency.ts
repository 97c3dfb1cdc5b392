import type { Bug } from "./bug.ts";

export const oneDependency: Bug = {
  name: "one-dependency",
  mistake: "An update remembers one other node that it depends on and forgets the rest.",
  effect: "An update is seen before one that its author had seen.",
  expected: { model: "causal", anomaly: "causality-violation" },
  shownBy: {
    options: { preset: "causal" },
    workload: "post-comment",
    workloadOptions: { postEvery: 400, replyRatio: 0.6, ownReplies: 0, recent: 2 },
    operations: 150,
    faults: ["partition-bridge"],
  },
  rules: (correct) => ({
    ...correct,
    delivery: {
      ...correct.delivery,
      dependencies: (update, origin) =>
        Object.entries(update.after)
          .filter(([node]) => node !== origin)
          .slice(0, 1),
    },
  }),
};
