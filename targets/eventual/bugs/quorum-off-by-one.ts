import type { Bug } from "./bug.ts";

export const quorumOffByOne: Bug = {
  name: "quorum-off-by-one",
  mistake: "A read waits for one answer less than R: the quorums of reads and writes need not meet.",
  effect: "A session does not see its own write.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: { options: { preset: "dynamo", reads: "any" }, workload: "session", faults: ["partition-one"] },
  rules: (correct) => ({
    ...correct,
    quorum: { ...correct.quorum, answersNeeded: (readQuorum) => Math.max(1, readQuorum - 1) },
  }),
};
