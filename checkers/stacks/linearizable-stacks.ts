import type { Checker } from "#core/checker";
import { contentsOf, isUnexpected } from "../queues/contents.ts";
import { linearizableObjects } from "../search/linearizable-objects.ts";
import { judgeLifo } from "./lifo.ts";
import { stacks } from "../search/models/stack.ts";

/**
 * Linearizability of stacks: in O(n log n) where all values are different, by search elsewhere. Final pops are no part of it, except that it does not call a history linearizable in which one
 * took out what nobody put in: `queue-durability` reports that.
 */
export const linearizableStacks: Checker = linearizableObjects({
  name: "linearizable-stacks",
  summary: "linearizability of stacks",
  type: "stack",
  kind: { ...stacks, fast: judgeLifo },
  isRefutedElsewhere: (history, budget) => contentsOf(history, budget).values().some(isUnexpected),
});
