import type { Nanoseconds } from "#core/units";

/** Something that happens at a moment of virtual time. */
export interface SimEvent {
  readonly time: Nanoseconds;
  /** Breaks ties: events of one moment run in the order in which they were scheduled. */
  readonly sequence: number;
  /** Undefined once cancelled or run. */
  callback: (() => void) | undefined;
}

/** Fewer cancelled events than this are not worth a search. */
const CANCELLED_MIN = 64;

/**
 * Events by time, then by order of scheduling: a binary heap. Cancelled events stay until their time comes, or until they are
 * the greater part: most timers are time limits, which seldom come true.
 */
export class EventQueue {
  #heap: SimEvent[] = [];
  #cancelled = 0;
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  push(time: Nanoseconds, callback: () => void): SimEvent {
    const event: SimEvent = { time, sequence: this.#sequence++, callback };
    this.#heap.push(event);
    this.#siftUp(this.#heap.length - 1, event);
    return event;
  }

  /** The event will not happen. Harmless if it has happened. */
  cancel(event: SimEvent): void {
    if (event.callback === undefined) return;
    event.callback = undefined;
    this.#cancelled++;
    if (this.#cancelled >= CANCELLED_MIN && 2 * this.#cancelled > this.#heap.length) this.#sweep();
  }

  /** Takes out the next event; it may be cancelled. */
  pop(): SimEvent | undefined {
    const first = this.#heap[0];
    if (first !== undefined && first.callback === undefined) this.#cancelled--;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#siftDown(last);
    return first;
  }

  /** Sorted, what is left is a heap. */
  #sweep(): void {
    this.#heap = this.#heap
      .filter((event) => event.callback !== undefined)
      .sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#cancelled = 0;
  }

  #siftUp(start: number, event: SimEvent): void {
    const heap = this.#heap;
    let at = start;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above] as SimEvent;
      if (!isBefore(event, parent)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  #siftDown(event: SimEvent): void {
    const heap = this.#heap;
    const size = heap.length;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && isBefore(heap[below + 1] as SimEvent, heap[below] as SimEvent)) below++;
      const child = heap[below] as SimEvent;
      if (!isBefore(child, event)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = event;
  }
}

const isBefore = (a: SimEvent, b: SimEvent): boolean =>
  a.time < b.time || (a.time === b.time && a.sequence < b.sequence);
