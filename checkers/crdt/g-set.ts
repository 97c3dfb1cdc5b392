import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { judgeSet } from "./causal-sets.ts";
import { type CrdtFinding, crdtChecker } from "./crdt-checker.ts";
import type { CrdtObject } from "./crdt-objects.ts";
import { acknowledgedOf, type SetView } from "./set-elements.ts";
import { lastReadsOf, missingElement, unexpectedElements } from "./set-findings.ts";

/**
 * G-Set: elements are only added. A read may show any of the elements whose add began before it returned; the last reads show
 * all that were acknowledged. Exact under eventual visibility. Source: Shapiro et al. 2011, specification 11.
 */
export const gSet = crdtChecker({
  name: "g-set",
  crdt: "g-set",
  summary: "replicated sets that only grow",
  judge: (history, object, budget) => judgeSet(history, object, budget, { semantics: "grow-only", eventual }),
});

function eventual(history: History, object: CrdtObject, view: SetView, budget: Budget): CrdtFinding[] {
  const findings = unexpectedElements(history, object, view);
  for (const element of view.elements.values()) {
    budget.tick();
    const [add] = acknowledgedOf(history, element.adds);
    const { present, absent } = lastReadsOf(object, view, element);
    if (add === undefined || absent.length === 0) continue;
    findings.push(missingElement(history, object, element, { present, absent, add }));
  }
  return findings;
}
