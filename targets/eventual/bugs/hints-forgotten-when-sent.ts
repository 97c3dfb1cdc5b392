import type { Bug } from "./bug.ts";

export const hintsForgottenWhenSent: Bug = {
  name: "hints-forgotten-when-sent",
  mistake:
    "A hint is forgotten as soon as it was handed over, without waiting for the replica to say that it has it.",
  effect: "What was handed over while the replica was still away never reaches it.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "dynamo", gossip: 0, readRepair: false },
    workload: "session",
    faults: ["partition-one"],
  },
  rules: (correct) => ({ ...correct, antiEntropy: { ...correct.antiEntropy, awaitHandover: false } }),
};
