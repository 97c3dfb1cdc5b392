import { linearizableObjects } from "../search/linearizable-objects.ts";
import { lists } from "../search/models/list.ts";
import { judgeRevealedOrder } from "./revealed-order.ts";

/** Linearizability of lists; final operations are no part of it. */
export const linearizableLists = linearizableObjects({
  name: "linearizable-lists",
  summary: "linearizability of lists of appended elements",
  type: "list",
  kind: { ...lists, fast: judgeRevealedOrder },
});
