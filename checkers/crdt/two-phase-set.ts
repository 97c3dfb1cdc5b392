import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { judgeSet } from "./causal-sets.ts";
import { type CrdtFinding, crdtChecker } from "./crdt-checker.ts";
import type { CrdtObject } from "./crdt-objects.ts";
import { acknowledgedOf, type SetView, visibleTo } from "./set-elements.ts";
import { lastReadsOf, missingElement, resurrected, unexpectedElements } from "./set-findings.ts";

/**
 * 2P-Set: what was removed never comes back. The last reads show an element that was added if no remove of it may have
 * happened, and never one whose remove was acknowledged: a remove that finds nothing must be refused (`"result": false`),
 * as the precondition of the type says. Exact under eventual visibility. Source: Shapiro et al. 2011, specification 12.
 */
export const twoPhaseSet = crdtChecker({
  name: "2p-set",
  crdt: "2p-set",
  summary: "replicated sets whose elements can be removed once and for all",
  judge: (history, object, budget) =>
    judgeSet(history, object, budget, { semantics: "remove-for-good", eventual }),
});

function eventual(history: History, object: CrdtObject, view: SetView, budget: Budget): CrdtFinding[] {
  const findings = unexpectedElements(history, object, view);
  for (const element of view.elements.values()) {
    budget.tick();
    const { present, absent } = lastReadsOf(object, view, element);
    const [remove] = acknowledgedOf(history, element.removes);
    const [add] = acknowledgedOf(history, element.adds);
    if (remove !== undefined && present.length > 0) {
      const rows = [...element.adds.slice(0, 1), remove, ...object.last];
      findings.push(resurrected(history, object, element, present[0]!, rows));
    }
    const unremoved = absent.filter((read) => visibleTo(history, read, element.removes).length === 0);
    if (add !== undefined && unremoved.length > 0)
      findings.push(missingElement(history, object, element, { present, absent: unremoved, add }));
  }
  return findings;
}
