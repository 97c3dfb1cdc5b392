import type { Checker } from "#core/checker";
import { linearizableObjects } from "../search/linearizable-objects.ts";
import { queues } from "../search/models/queue.ts";
import { contentsOf, isUnexpected } from "./contents.ts";
import { judgeFifo } from "./fifo.ts";

const checker = linearizableObjects({
  name: "linearizable-queues",
  summary: "linearizability of queues",
  type: "queue",
  kind: { ...queues, fast: judgeFifo },
});

/**
 * Linearizability of queues. Final dequeues are no part of it, except that it does not call a history linearizable in which
 * one took out what nobody put in: `queue-durability` reports that.
 */
export const linearizableQueues: Checker = {
  ...checker,
  check: (history, budget) => {
    const found = checker.check(history, budget);
    if (found.results.every(({ verdict }) => verdict !== "satisfied")) return found;
    return contentsOf(history, budget).values().some(isUnexpected) ? { ...found, results: [] } : found;
  },
};
