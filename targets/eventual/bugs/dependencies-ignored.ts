import type { Bug } from "./bug.ts";

export const dependenciesIgnored: Bug = {
  name: "dependencies-ignored",
  mistake:
    "Updates apply as soon as those of their own origin before them have, whatever of other nodes they depend on.",
  effect: "A comment is seen without the post that it answers.",
  expected: { model: "causal", anomaly: "causality-violation" },
  shownBy: {
    options: { preset: "causal" },
    workload: "post-comment",
    workloadOptions: { postEvery: 400, replyRatio: 0.6, ownReplies: 0, recent: 2 },
    operations: 150,
    faults: ["partition-bridge"],
  },
  rules: (correct) => ({ ...correct, delivery: { ...correct.delivery, dependencies: () => [] } }),
};
