import { linearizableObjects } from "../search/linearizable-objects.ts";
import { sets } from "../search/models/set.ts";
import { judgeGrowingSet } from "./inclusion-chain.ts";

/** Linearizability of sets; final operations are no part of it. */
export const linearizableSets = linearizableObjects({
  name: "linearizable-sets",
  summary: "linearizability of sets",
  type: "set",
  kind: { ...sets, fast: judgeGrowingSet },
});
