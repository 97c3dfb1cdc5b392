import type { Bug } from "./bug.ts";

export const standInsCounted: Bug = {
  name: "stand-ins-counted",
  mistake: "Under a strict quorum the acknowledgements of nodes that hold no copy of the key count as well.",
  effect: "A write is acknowledged that too few replicas have: a read asks the others and misses it.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: {
    options: { preset: "dynamo", copies: 3, reads: "any" },
    workload: "session",
    nodes: 5,
    faults: ["partition-halves", "partition-majority"],
  },
  rules: (correct) => ({ ...correct, quorum: { ...correct.quorum, countStandIns: true } }),
};
