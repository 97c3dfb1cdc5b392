import { linearizableObjects } from "../search/linearizable-objects.ts";
import { stacks } from "../search/models/stack.ts";
import { judgeLifo } from "./lifo.ts";

/**
 * Linearizability of stacks: in O(n log n) where all values are different, by search elsewhere. Final operations are no part of
 * it.
 */
export const linearizableStacks = linearizableObjects({
  name: "linearizable-stacks",
  summary: "linearizability of stacks",
  type: "stack",
  kind: { ...stacks, fast: judgeLifo },
});
