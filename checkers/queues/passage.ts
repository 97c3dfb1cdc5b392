import { NONE } from "#core/history";
import type { QueueCall } from "../search/models/queue.ts";
import type { Problem } from "../search/problem.ts";
import type { Span } from "./cover.ts";

export type QueueProblem = Problem<readonly number[], QueueCall>;

/** What happened to one value: entries, or NONE. */
export interface Passage extends Span {
  readonly enqueue: number;
  readonly dequeue: number;
  readonly enqueueInv: number;
  /** Certainly in the queue from here … (`from`: the value was put in before its dequeue returned) … */
  readonly from: number;
  /** … until there; NEVER if it was never taken out. */
  readonly to: number;
  readonly dequeueRet: number;
}

export const entriesOf = (passages: readonly Passage[]): number[] =>
  passages.flatMap(({ enqueue, dequeue }) => (dequeue === NONE ? [enqueue] : [enqueue, dequeue]));
