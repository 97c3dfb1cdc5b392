import { linearizableObjects } from "../search/linearizable-objects.ts";
import { stacks } from "../search/models/stack.ts";

/** Linearizability of stacks; final operations are no part of it. */
export const linearizableStacks = linearizableObjects({
  name: "linearizable-stacks",
  summary: "linearizability of stacks",
  type: "stack",
  kind: stacks,
});
