import type { Bug } from "./bug.ts";

export const retryAppliedTwice: Bug = {
  name: "retry-applied-twice",
  mistake:
    "Clients send an update again when its reply is lost, and the store does not see that it has carried it out.",
  effect: "One increment counts twice.",
  expected: { model: "linearizable", anomaly: "non-linearizable" },
  shownBy: {
    options: {
      preset: "sync-leader",
      replication: "sync-leader",
      reads: "leader",
      electionTimeout: 1000,
      requestTimeout: 100,
    },
    workload: "like-counter",
    faults: ["partition-one"],
  },
  rules: (correct) => ({
    ...correct,
    leader: { ...correct.leader, deduplicate: false },
    session: { ...correct.session, retryUnknown: true },
  }),
};
