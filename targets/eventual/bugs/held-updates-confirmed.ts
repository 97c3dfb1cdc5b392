import type { Bug } from "./bug.ts";

export const heldUpdatesConfirmed: Bug = {
  name: "held-updates-confirmed",
  mistake: "A node confirms updates that it holds in memory until what they depend on arrives.",
  effect: "A restart forgets them, and nobody sends them again.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: { options: { preset: "causal" }, workload: "session", faults: ["partition-one", "kill-one"] },
  rules: (correct) => ({
    ...correct,
    delivery: { ...correct.delivery, confirms: (applied, held) => applied + held },
  }),
};
