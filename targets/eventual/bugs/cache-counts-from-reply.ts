import type { Bug } from "./bug.ts";
import { MILLISECOND } from "#core/units";

export const cacheCountsFromReply: Bug = {
  name: "cache-counts-from-reply",
  mistake: "The time of a cached answer begins when it came, not when it was asked for.",
  effect: "An answer that was slow to come is used for longer than it may be.",
  expected: { model: "bounded-staleness", anomaly: "too-stale-read", bound: { time: 300 * MILLISECOND } },
  shownBy: {
    options: { preset: "semi-sync", cacheTtl: 300, regionDelay: 100, electionTimeout: 2000 },
    workload: "session",
    workloadOptions: { keysPerClient: 1, writeRatio: 0.3 },
    clients: 4,
    operations: 150,
    faults: [],
  },
  rules: (correct) => ({
    ...correct,
    session: { ...correct.session, cachedSince: (_asked, answered) => answered },
  }),
};
