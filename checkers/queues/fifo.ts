import type { Budget } from "#core/budget";
import { type History, NEVER, NONE } from "#core/history";
import type { FastAnswer } from "../search/object-kind.ts";
import { deedWords } from "../search/deeds.ts";
import { findCover } from "./cover.ts";
import { inListOrder } from "./list-order.ts";
import { entriesOf, type Passage, type QueueProblem } from "./passage.ts";

/**
 * First-in-first-out queues whose values are all different, in O(n log n): a value that was never put in, or put in too late,
 * or came out twice; two values that came out in the wrong order; an empty queue that certainly was not. There are no other
 * violations, but for drains: their lists say more (`inListOrder`). Indefinite dequeues leave satisfied histories to the
 * search. Sources: Henzinger, Sezgin and Vafeiadis 2013; Bouajjani et al. 2015.
 */
export function judgeFifo(history: History, problem: QueueProblem, budget: Budget): FastAnswer | undefined {
  const sorted = passagesOf(problem, budget);
  if (sorted === undefined) return undefined;
  const { passages, empties, hasTakes, wrong } = sorted;
  const conflict =
    (wrong && untraced(history, problem, wrong)) ??
    overtaking(history, problem, passages) ??
    falseEmptiness(history, problem, passages, empties);
  if (conflict !== undefined) return conflict;
  const answer = problem.after === undefined ? SATISFIED : inListOrder(history, problem, passages, empties);
  return hasTakes && answer?.verdict === "satisfied" ? undefined : answer;
}

const SATISFIED: FastAnswer = { verdict: "satisfied" };

interface Sorted {
  readonly passages: readonly Passage[];
  readonly empties: readonly number[];
  readonly hasTakes: boolean;
  /** A dequeue that nothing explains, with the entries of the same value. */
  readonly wrong: { readonly dequeue: number; readonly others: readonly number[] } | undefined;
}

/** Undefined where a value was put in twice. */
function passagesOf({ call, calls, inv, ret }: QueueProblem, budget: Budget): Sorted | undefined {
  const enqueues = new Map<number, number>();
  const dequeues = new Map<number, number>();
  const empties: number[] = [];
  let wrong: Sorted["wrong"];
  let hasTakes = false;
  for (const [entry, id] of call.entries()) {
    budget.tick();
    const made = calls[id]!;
    if (made.kind === "take") hasTakes = true;
    if (made.kind === "empty") empties.push(entry);
    if (!("value" in made)) continue;
    const side = made.kind === "enqueue" ? enqueues : dequeues;
    const before = side.get(made.value);
    if (before !== undefined && made.kind === "enqueue") return undefined;
    if (before !== undefined) wrong ??= { dequeue: entry, others: [before] };
    else side.set(made.value, entry);
  }
  const passages: Passage[] = [];
  for (const [value, enqueue] of enqueues) {
    const dequeue = dequeues.get(value) ?? NONE;
    // Nobody misses what may never have been put in; what was put in may have been taken out by a take.
    if (dequeue === NONE && (ret[enqueue] === NEVER || hasTakes)) continue;
    if (dequeue !== NONE && ret[dequeue]! < inv[enqueue]!) wrong ??= { dequeue, others: [enqueue] };
    passages.push({
      enqueue,
      dequeue,
      enqueueInv: inv[enqueue]!,
      from: Math.min(ret[enqueue]!, dequeue === NONE ? NEVER : ret[dequeue]!),
      to: dequeue === NONE ? NEVER : Math.max(inv[dequeue]!, inv[enqueue]!),
      dequeueRet: dequeue === NONE ? NEVER : ret[dequeue]!,
    });
  }
  for (const [value, dequeue] of dequeues) {
    const enqueue = enqueues.get(value);
    if (enqueue === undefined) wrong ??= { dequeue, others: [] };
    else if (wrong !== undefined && calls[call[wrong.dequeue]!] === calls[call[dequeue]!]) {
      wrong = { ...wrong, others: [...new Set([...wrong.others, enqueue])] };
    }
  }
  return { passages, empties, hasTakes, wrong };
}

function untraced(
  history: History,
  { row }: QueueProblem,
  { dequeue, others }: NonNullable<Sorted["wrong"]>,
): FastAnswer {
  const deed = deedWords(history, row[dequeue]!);
  const rest = others.map((entry) => deedWords(history, row[entry]!)).join(" and ");
  return {
    verdict: "violated",
    entries: [...others, dequeue],
    because:
      others.length === 0
        ? `nobody put in what ${deed} took out`
        : `${deed} cannot have taken it out, given ${rest}: each value goes in once, and out once after that`,
  };
}

/** Two values of which one went in certainly before the other, and came out certainly after it or never. */
function overtaking(
  history: History,
  { row }: QueueProblem,
  passages: readonly Passage[],
): FastAnswer | undefined {
  const byFrom = passages.toSorted((a, b) => a.from - b.from);
  let next = 0;
  let latest: Passage | undefined;
  for (const passage of passages.toSorted((a, b) => a.enqueueInv - b.enqueueInv)) {
    for (; next < byFrom.length && byFrom[next]!.from < passage.enqueueInv; next++) {
      if (latest === undefined || byFrom[next]!.to > latest.to) latest = byFrom[next];
    }
    if (latest === undefined || latest.to <= passage.dequeueRet) continue;
    const deed = (entry: number): string => deedWords(history, row[entry]!);
    const out =
      latest.dequeue === NONE
        ? "the first was never taken out"
        : `${deed(passage.dequeue)} had ended before ${deed(latest.dequeue)} began`;
    return {
      verdict: "violated",
      entries: entriesOf([latest, passage]),
      because: `${deed(latest.enqueue)} came before ${deed(passage.enqueue)}, but ${out}${latest.dequeue === NONE ? `, and ${deed(passage.dequeue)} took the second` : ""}`,
    };
  }
  return undefined;
}

/** A dequeue that found nothing although at each instant of it some value certainly was in the queue. */
function falseEmptiness(
  history: History,
  { row, inv, ret }: QueueProblem,
  passages: readonly Passage[],
  empties: readonly number[],
): FastAnswer | undefined {
  const occupied = passages.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  for (const empty of empties) {
    const cover = findCover(occupied, inv[empty]!, ret[empty]!);
    if (cover === undefined) continue;
    const values = cover.map(({ enqueue }) => deedWords(history, row[enqueue]!)).join(", ");
    return {
      verdict: "violated",
      entries: [...entriesOf(cover), empty],
      because: `${deedWords(history, row[empty]!)}, although something was in the queue all the while: what came from ${values}`,
    };
  }
  return undefined;
}
