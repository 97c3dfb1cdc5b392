import type { Bug } from "./bug.ts";
import { SECOND } from "#core/units";

export const cacheRenewedOnHit: Bug = {
  name: "cache-renewed-on-hit",
  mistake: "Each use of a cached answer keeps it for another while.",
  effect: "What is read often is never looked up again.",
  expected: { model: "bounded-staleness", anomaly: "too-stale-read", bound: { time: SECOND } },
  shownBy: {
    options: { preset: "semi-sync", cacheTtl: 500 },
    workload: "session",
    workloadOptions: { keysPerClient: 1, writeRatio: 0.2 },
    clients: 2,
    operations: 100,
    faults: [],
  },
  rules: (correct) => ({ ...correct, session: { ...correct.session, renewCached: true } }),
};
