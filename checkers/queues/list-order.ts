import { type History, NEVER, NONE } from "#core/history";
import { deedWords } from "../search/deeds.ts";
import type { FastAnswer } from "../search/object-kind.ts";
import { entriesOf, type Passage, type QueueProblem } from "./passage.ts";

/**
 * What the lists of drains say beside the intervals: each value of a list came out after the one before it. In a queue the
 * order of dequeues is that of enqueues, so values can be put in one order in which nothing certainly precedes what comes
 * before it, or some of them stand in a circle: exact. Where in that order each dequeue comes as early and each enqueue as late as
 * can be, empty answers may still find no room although another order leaves some: undefined. O(n log n).
 */
export function inListOrder(
  history: History,
  problem: QueueProblem,
  passages: readonly Passage[],
  empties: readonly number[],
): FastAnswer | undefined {
  const { order, blockerOf } = peel(passages, listed(problem, passages));
  if (order.length < passages.length) return circle(history, problem, passages, order, blockerOf);
  const placed = place(order);
  return empties.every((empty) => hasRoom(problem, placed, empty)) ? { verdict: "satisfied" } : undefined;
}

/** By passage: the one that the same drain took out just before. */
function listed({ after }: QueueProblem, passages: readonly Passage[]): ReadonlyMap<Passage, Passage> {
  const byDequeue = new Map(passages.map((passage) => [passage.dequeue, passage]));
  return new Map(
    passages.flatMap((passage) => {
      const before = passage.dequeue === NONE ? NONE : after![passage.dequeue]!;
      const other = before === NONE ? undefined : byDequeue.get(before);
      return other === undefined ? [] : [[passage, other] as const];
    }),
  );
}

interface Peeled {
  readonly order: readonly Passage[];
  /** Of what could not be put in order: something else of that kind that must come first. */
  blockerOf(passage: Passage): Passage;
}

/** Takes away, again and again, a value that no other one must precede. */
function peel(passages: readonly Passage[], before: ReadonlyMap<Passage, Passage>): Peeled {
  const placed = new Set<Passage>();
  const next = new Map([...before].map(([passage, first]) => [first, passage]));
  const entering = new Waiting(passages, placed, {
    since: (one) => one.enqueueInv,
    until: (one) => one.from,
  });
  const leaving = new Waiting(passages, placed, { since: (one) => one.to, until: (one) => one.dequeueRet });
  const blocked = new Map(passages.map((passage) => [passage, before.has(passage) ? 3 : 2]));
  const ready: Passage[] = [];
  const free = (passage: Passage): void => {
    const rest = blocked.get(passage)! - 1;
    blocked.set(passage, rest);
    if (rest === 0) ready.push(passage);
  };
  for (;;) {
    for (const passage of [...entering.released(), ...leaving.released()]) free(passage);
    const passage = ready.pop();
    if (passage === undefined) break;
    placed.add(passage);
    const following = next.get(passage);
    if (following !== undefined) free(following);
  }
  const first = (passage: Passage): Passage | undefined => {
    const listedFirst = before.get(passage);
    return listedFirst !== undefined && !placed.has(listedFirst) ? listedFirst : undefined;
  };
  return {
    order: [...placed],
    blockerOf: (passage) => entering.blocker(passage) ?? leaving.blocker(passage) ?? first(passage)!,
  };
}

interface Interval {
  since(passage: Passage): number;
  until(passage: Passage): number;
}

/** Values by one of their two intervals: each waits until all whose interval ended before its own began are placed. */
class Waiting {
  readonly #bySince: readonly Passage[];
  readonly #byUntil: readonly Passage[];
  readonly #placed: ReadonlySet<Passage>;
  readonly #since: Interval["since"];
  readonly #until: Interval["until"];
  #next = 0;
  #earliest = 0;

  constructor(passages: readonly Passage[], placed: ReadonlySet<Passage>, { since, until }: Interval) {
    this.#bySince = passages.toSorted((a, b) => since(a) - since(b));
    this.#byUntil = passages.filter((one) => until(one) !== NEVER).sort((a, b) => until(a) - until(b));
    this.#placed = placed;
    this.#since = since;
    this.#until = until;
  }

  /** Values that no longer wait, once each. */
  released(): Passage[] {
    const start = this.#next;
    while (this.#next < this.#bySince.length && this.blocker(this.#bySince[this.#next]!) === undefined)
      this.#next++;
    return this.#bySince.slice(start, this.#next);
  }

  blocker(passage: Passage): Passage | undefined {
    while (this.#earliest < this.#byUntil.length && this.#placed.has(this.#byUntil[this.#earliest]!))
      this.#earliest++;
    const earliest = this.#byUntil[this.#earliest];
    return earliest !== undefined && this.#until(earliest) < this.#since(passage) ? earliest : undefined;
  }
}

function circle(
  history: History,
  { row }: QueueProblem,
  passages: readonly Passage[],
  order: readonly Passage[],
  blockerOf: Peeled["blockerOf"],
): FastAnswer {
  const placed = new Set(order);
  const path = new Set<Passage>();
  let passage = passages.find((one) => !placed.has(one))!;
  for (; !path.has(passage); passage = blockerOf(passage)) path.add(passage);
  const all = [...path];
  const round = all.slice(all.indexOf(passage)).reverse();
  const words = (entry: number): string => deedWords(history, row[entry]!);
  const into = round.map(({ enqueue }) => words(enqueue)).join(", ");
  const out = [...new Set(round.flatMap(({ dequeue }) => (dequeue === NONE ? [] : words(dequeue))))];
  return {
    verdict: "violated",
    entries: entriesOf(round),
    because: `what came from ${into} did not come out in the order in which it went in: ${out.join(", ")}`,
  };
}

/** From when until when each value was in the queue, by event indexes, in the order of the queue; both rise. */
interface Placed {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly outOf: ReadonlyMap<number, number>;
}

function place(order: readonly Passage[]): Placed {
  const to: number[] = [];
  let latest = NONE;
  for (const passage of order) {
    latest = Math.max(latest, passage.enqueueInv, passage.to);
    to.push(latest);
  }
  const from: number[] = [];
  let earliest = NEVER;
  for (let i = order.length - 1; i >= 0; i--) {
    earliest = Math.min(earliest, order[i]!.from, to[i]!);
    from[i] = earliest;
  }
  return { from, to, outOf: new Map(order.map(({ dequeue }, i) => [dequeue, to[i]!])) };
}

/** Whether there is an instant of an empty answer, after what the same drain took out, at which nothing is in the queue. */
function hasRoom({ inv, ret, after }: QueueProblem, { from, to, outOf }: Placed, empty: number): boolean {
  const taken = after![empty]!;
  // Instants are told apart by the event before them. A value is in the queue from the one before `from` to that of `to`.
  let instant = Math.max(inv[empty]!, taken === NONE ? NONE : outOf.get(taken)!);
  for (let i = firstAbove(to, instant); i < from.length && from[i]! <= instant; i++) {
    instant = to[i]!;
    if (instant >= ret[empty]!) return false;
  }
  return instant < ret[empty]!;
}

/** The position of the first number above `limit` among rising ones. */
function firstAbove(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
