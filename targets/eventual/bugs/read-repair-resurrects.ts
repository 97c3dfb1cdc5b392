import type { Bug } from "./bug.ts";

export const readRepairResurrects: Bug = {
  name: "read-repair-resurrects",
  mistake:
    "The node that repairs has the other replicas take its own copy in place of theirs, tombstones and all.",
  effect: "What was removed while the node was away comes back with the next read.",
  expected: { model: "crdt-semantics", anomaly: "resurrected-element" },
  shownBy: {
    options: { preset: "dynamo", sets: "2p-set", hintedHandoff: false, gossip: 2000 },
    workload: "shopping-cart",
    workloadOptions: { lookRatio: 0.6, removeRatio: 0.8 },
    operations: 100,
    faults: ["partition-one"],
  },
  rules: (correct) => ({
    ...correct,
    antiEntropy: {
      ...correct.antiEntropy,
      repairWith: (merged, [own]) => own ?? merged,
      repairReplaces: true,
    },
  }),
};
