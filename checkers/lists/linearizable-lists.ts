import type { Checker } from "#core/checker";
import { linearizableObjects } from "../search/linearizable-objects.ts";
import { lists } from "../search/models/list.ts";
import { listReads } from "./list-reads.ts";
import { judgeRevealedOrder } from "./revealed-order.ts";

/**
 * Linearizability of lists. Final reads are no part of it, except that it does not call a history linearizable in which one
 * shows an element that cannot be there: `list-durability` reports that.
 */
export const linearizableLists: Checker = linearizableObjects({
  name: "linearizable-lists",
  summary: "linearizability of lists of appended elements",
  type: "list",
  kind: { ...lists, fast: judgeRevealedOrder },
  isRefutedElsewhere: (history, budget) => listReads(history, budget).impossible.length > 0,
});
