import type { Bug } from "./bug.ts";

export const firstAnswerWins: Bug = {
  name: "first-answer-wins",
  mistake: "A quorum read waits for R answers and returns the first instead of the newest.",
  effect: "A session does not see its own write although both quorums met.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: { options: { preset: "dynamo", reads: "any" }, workload: "session", faults: ["partition-one"] },
  rules: (correct) => ({ ...correct, quorum: { ...correct.quorum, combine: (_datatype, first) => first } }),
};
