import { linearizableObjects } from "../search/linearizable-objects.ts";
import { judgeGrowingSet } from "./inclusion-chain.ts";
import { sets } from "../search/models/set.ts";

export const linearizableSets = linearizableObjects({
  name: "linearizable-sets",
  summary: "linearizability of sets",
  type: "set",
  kind: { ...sets, fast: judgeGrowingSet },
});
