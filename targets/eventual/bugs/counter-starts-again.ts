import type { Bug } from "./bug.ts";

export const counterStartsAgain: Bug = {
  name: "counter-starts-again",
  mistake: "A node forgets when it restarts how many updates it took, and gives their versions to others.",
  effect: "Replicas take a new value for one that they have had, and ignore it.",
  expected: { model: "no-lost-writes", anomaly: "lost-write" },
  shownBy: {
    options: { preset: "multi-leader", versioning: "vector", conflicts: "siblings" },
    workload: "session",
    faults: ["kill-all"],
  },
  rules: (correct) => ({ ...correct, storage: { ...correct.storage, rememberCounter: false } }),
};
