import type { Bug } from "./bug.ts";

export const neverSentAgain: Bug = {
  name: "never-sent-again",
  mistake: "An update is sent to each node once; nobody asks whether it arrived.",
  effect:
    "What is lost on the way is missing there for good, and so is all that comes after it from that node.",
  expected: { model: "convergence", anomaly: "diverged" },
  shownBy: {
    options: { preset: "multi-leader" },
    workload: "session",
    faults: ["partition-one", "packet-loss"],
  },
  rules: (correct) => ({ ...correct, delivery: { ...correct.delivery, resend: false } }),
};
