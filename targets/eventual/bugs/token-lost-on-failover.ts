import type { Bug } from "./bug.ts";

export const tokenLostOnFailover: Bug = {
  name: "token-lost-on-failover",
  mistake: "A session that moves to another node does not take along what it has seen.",
  effect: "After a failover it misses its own writes.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: {
    options: { preset: "causal" },
    workload: "session",
    faults: ["partition-one", "kill-one", "pause-one"],
  },
  rules: (correct) => ({ ...correct, session: { ...correct.session, carryContext: false } }),
};
