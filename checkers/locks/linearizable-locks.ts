import { linearizableObjects } from "../search/linearizable-objects.ts";
import { judgeHolds } from "./holds.ts";
import { locks } from "../search/models/lock.ts";

export const linearizableLocks = linearizableObjects({
  name: "linearizable-locks",
  summary: "linearizability of locks",
  type: "lock",
  byPattern: true,
  kind: { ...locks, fast: judgeHolds },
});
