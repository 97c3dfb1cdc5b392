import { judgeCounter } from "./counter-rule.ts";
import { crdtChecker } from "./crdt-checker.ts";

/** PN-Counter: the value is the sum of the increments and decrements seen. Source: Shapiro et al. 2011, specification 7. */
export const pnCounter = crdtChecker({
  name: "pn-counter",
  crdt: "pn-counter",
  summary: "replicated counters that grow and shrink",
  judge: (history, object, budget) => judgeCounter(history, object, budget, { mayDecrement: true }),
});
