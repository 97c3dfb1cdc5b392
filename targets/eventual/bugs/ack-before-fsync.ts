import type { Bug } from "./bug.ts";

export const ackBeforeFsync: Bug = {
  name: "ack-before-fsync",
  mistake: "Nodes vote, acknowledge and reply before what they say is on disk.",
  effect: "Writes that were acknowledged are gone after machines lost their power.",
  expected: { model: "no-lost-writes", anomaly: "lost-element" },
  shownBy: {
    options: { preset: "semi-sync", replication: "semi-sync", reads: "leader", electionTimeout: 300 },
    workload: "set",
    faults: ["power-all", "power-leader"],
  },
  rules: (correct) => ({ ...correct, storage: { ...correct.storage, waitForSync: false } }),
};
