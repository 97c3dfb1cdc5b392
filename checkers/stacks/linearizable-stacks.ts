import type { Checker } from "#core/checker";
import { contentsOf, isUnexpected } from "../queues/contents.ts";
import { linearizableObjects } from "../search/linearizable-objects.ts";
import { stacks } from "../search/models/stack.ts";

const checker = linearizableObjects({
  name: "linearizable-stacks",
  summary: "linearizability of stacks",
  type: "stack",
  kind: stacks,
});

/**
 * Linearizability of stacks, by search. Final pops are no part of it, except that it does not call a history linearizable in
 * which one took out what nobody put in: `queue-durability` reports that.
 */
export const linearizableStacks: Checker = {
  ...checker,
  check: (history, budget) => {
    const found = checker.check(history, budget);
    if (found.results.every(({ verdict }) => verdict !== "satisfied")) return found;
    return contentsOf(history, budget).values().some(isUnexpected) ? { ...found, results: [] } : found;
  },
};
