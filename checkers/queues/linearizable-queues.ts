import { linearizableObjects } from "../search/linearizable-objects.ts";
import { judgeFifo } from "./fifo.ts";
import { queues } from "../search/models/queue.ts";

export const linearizableQueues = linearizableObjects({
  name: "linearizable-queues",
  summary: "linearizability of queues",
  type: "queue",
  kind: { ...queues, fast: judgeFifo },
});
