import type { Bug } from "./bug.ts";

export const cacheKeptOnChange: Bug = {
  name: "cache-kept-on-change",
  mistake: "A session that changes a key goes on answering reads of it from its cache.",
  effect: "It does not see what it has just written.",
  expected: { model: "read-your-writes", anomaly: "read-your-writes" },
  shownBy: { options: { preset: "semi-sync", cacheTtl: 500 }, workload: "session", faults: [] },
  rules: (correct) => ({ ...correct, session: { ...correct.session, forgetChanged: false } }),
};
