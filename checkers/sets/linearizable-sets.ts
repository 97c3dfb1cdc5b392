import type { Checker } from "#core/checker";
import { linearizableObjects } from "../search/linearizable-objects.ts";
import { sets } from "../search/models/set.ts";
import { elementsOf } from "../set-durability/elements.ts";
import { judgeGrowingSet } from "./inclusion-chain.ts";

const checker = linearizableObjects({
  name: "linearizable-sets",
  summary: "linearizability of sets",
  type: "set",
  kind: { ...sets, fast: judgeGrowingSet },
});

/**
 * Linearizability of sets. Final reads are no part of it, except that it does not call a history linearizable in which one
 * shows an element out of thin air: `set-durability` reports that.
 */
export const linearizableSets: Checker = {
  ...checker,
  check: (history, budget) => {
    const found = checker.check(history, budget);
    const isBroken = found.results.every(({ verdict }) => verdict !== "satisfied");
    return isBroken || elementsOf(history, budget).unexpected.length === 0
      ? found
      : { ...found, results: [] };
  },
};
