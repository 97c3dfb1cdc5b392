import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { judgeSet } from "./causal-sets.ts";
import { type CrdtFinding, crdtChecker } from "./crdt-checker.ts";
import type { CrdtObject } from "./crdt-objects.ts";
import { acknowledgedOf, type Element, type SetView, visibleTo } from "./set-elements.ts";
import { lastReadsOf, missingElement, unexpectedElements } from "./set-findings.ts";

/**
 * OR-Set: a remove takes away the adds that it saw, and no others: an add that it did not see wins. In the end an element is
 * there if some acknowledged add of it cannot have been seen by any remove that may have happened: each had returned before
 * the add began. Exact under eventual visibility. Source: Shapiro et al. 2011, specification 15.
 */
export const orSet = crdtChecker({
  name: "or-set",
  crdt: "or-set",
  summary: "replicated sets in which an add wins over a concurrent remove",
  judge: (history, object, budget) =>
    judgeSet(history, object, budget, { semantics: "observed-remove", eventual }),
});

function eventual(history: History, object: CrdtObject, view: SetView, budget: Budget): CrdtFinding[] {
  const findings = unexpectedElements(history, object, view);
  for (const element of view.elements.values()) {
    budget.tick();
    const found = judgeEnd(history, object, view, element);
    if (found !== undefined) findings.push(found);
  }
  return findings;
}

function judgeEnd(
  history: History,
  object: CrdtObject,
  view: SetView,
  element: Element,
): CrdtFinding | undefined {
  const { present, absent } = lastReadsOf(object, view, element);
  if (absent.length === 0) return undefined;
  const mayCover = (remove: number, add: number): boolean => history.invRank[add]! < history.retRank[remove]!;
  const certain = new Set(acknowledgedOf(history, element.removes));
  const seenByAll = element.removes.filter(
    (row) => certain.has(row) || absent.every((read) => visibleTo(history, read, [row]).length > 0),
  );
  const adds = acknowledgedOf(history, element.adds);
  const survivor = adds.find((add) => !seenByAll.some((remove) => mayCover(remove, add)));
  if (survivor !== undefined) {
    return missingElement(history, object, element, { present, absent, add: survivor });
  }
  if (present.length === 0 || adds.length === 0) return undefined;
  // Some show it and some do not: an add or a remove that nobody acknowledged must make the difference.
  const indefiniteAdds = element.adds.filter((row) => !adds.includes(row));
  const isRemovedFromSome = seenByAll.some((row) => !certain.has(row));
  const isAddedToSome = present.every((read) => visibleTo(history, read, indefiniteAdds).length > 0);
  if (isRemovedFromSome || isAddedToSome) return undefined;
  return {
    ...missingElement(history, object, element, { present, absent, add: adds[0]! }),
    type: "diverged",
  };
}
