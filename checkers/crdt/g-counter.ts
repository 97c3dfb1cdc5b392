import { judgeCounter } from "./counter-rule.ts";
import { crdtChecker } from "./crdt-checker.ts";

/** G-Counter: only increments; the value is the sum of those seen. Source: Shapiro et al. 2011, specification 6. */
export const gCounter = crdtChecker({
  name: "g-counter",
  crdt: "g-counter",
  summary: "replicated counters that only grow",
  judge: (history, object, budget) => judgeCounter(history, object, budget, { mayDecrement: false }),
});
