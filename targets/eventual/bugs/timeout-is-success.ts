import type { Bug } from "./bug.ts";

export const timeoutIsSuccess: Bug = {
  name: "timeout-is-success",
  mistake: "A write that too few replicas confirmed in time is acknowledged all the same.",
  effect: "A session does not see a write that it was told had succeeded.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: { options: { preset: "dynamo", reads: "any" }, workload: "session", faults: ["partition-one"] },
  rules: (correct) => ({ ...correct, quorum: { ...correct.quorum, acknowledgeLate: true } }),
};
