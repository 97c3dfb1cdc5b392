import type { Bug } from "./bug.ts";

export const ownWritesForEver: Bug = {
  name: "own-writes-for-ever",
  mistake: "A session shows its own write of a key for good, though later writes of others came after it.",
  effect: "It never sees what others wrote since.",
  expected: { model: "causal", anomaly: "causality-violation" },
  shownBy: { options: { preset: "causal", ownWrites: true }, workload: "cross-region", faults: [] },
  rules: (correct) => ({ ...correct, session: { ...correct.session, dropIncluded: false } }),
};
