import { linearizableObjects } from "../search/linearizable-objects.ts";
import { queues } from "../search/models/queue.ts";
import { judgeFifo } from "./fifo.ts";

/** Linearizability of queues; final operations are no part of it. */
export const linearizableQueues = linearizableObjects({
  name: "linearizable-queues",
  summary: "linearizability of queues",
  type: "queue",
  kind: { ...queues, fast: judgeFifo },
});
