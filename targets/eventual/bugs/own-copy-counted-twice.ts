import type { Bug } from "./bug.ts";

export const ownCopyCountedTwice: Bug = {
  name: "own-copy-counted-twice",
  mistake: "The node that takes a write counts its own copy twice: W = 2 is reached by it alone.",
  effect: "A write is acknowledged that no other replica has, and a session does not see it.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: { options: { preset: "dynamo", reads: "any" }, workload: "session", faults: ["partition-one"] },
  rules: (correct) => ({ ...correct, quorum: { ...correct.quorum, acknowledgements: (count) => count + 1 } }),
};
