import type { Budget } from "#core/budget";
import { type History, NONE } from "#core/history";
import { findCover, type Span } from "../queues/cover.ts";
import { deedWords } from "../search/deeds.ts";
import type { FastAnswer } from "../search/object-kind.ts";
import { findBottomless } from "./bottoms.ts";
import { type Passage, passagesOf, type StackProblem, type WrongPop } from "./passages.ts";

/**
 * Stacks whose values are all different, in O(n log n): a value that was never put in, or put in too late, or came out twice; an
 * empty stack that certainly was not; values of which none can have been at the bottom (`findBottomless`). There are no other
 * violations. Where pops of unknown outcome may have taken what nobody else did, what is wrong only with those values in the
 * stack is left to the search.
 */
export function judgeLifo(history: History, problem: StackProblem, budget: Budget): FastAnswer | undefined {
  const passages = passagesOf(problem, budget);
  if (passages === undefined) return undefined;
  const { through, kept, hasTakes, wrong } = passages;
  if (wrong !== undefined) return untraced(history, problem, wrong);
  const all = [...through, ...kept];
  const conflict = conflictAmong(history, problem, all, passages.empties, budget);
  if (conflict === undefined) return { verdict: "satisfied" };
  // Values that a pop is known to have taken are in conflict whatever others took.
  return hasTakes ? conflictAmong(history, problem, through, passages.empties, budget) : conflict;
}

function conflictAmong(
  history: History,
  problem: StackProblem,
  passages: readonly Passage[],
  empties: readonly number[],
  budget: Budget,
): FastAnswer | undefined {
  const certain = passages.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  return falseEmptiness(history, problem, certain, empties) ?? wrongOrder(history, problem, certain, budget);
}

function untraced(history: History, { row }: StackProblem, { pop, others }: WrongPop): FastAnswer {
  const deed = deedWords(history, row[pop]!);
  const rest = others.map((entry) => deedWords(history, row[entry]!)).join(" and ");
  return {
    verdict: "violated",
    entries: [...others, pop],
    because:
      others.length === 0
        ? `nobody put in what ${deed} took out`
        : `${deed} cannot have taken it out, given ${rest}: each value goes in once, and out once after that`,
  };
}

/** A pop that found nothing although at each instant of it some value certainly was on the stack. `certain`: in order. */
function falseEmptiness(
  history: History,
  { row, inv, ret }: StackProblem,
  certain: readonly Passage[],
  empties: readonly number[],
): FastAnswer | undefined {
  const filled = filledTimes(certain);
  let next = 0;
  for (const empty of empties.toSorted((a, b) => inv[a]! - inv[b]!)) {
    while (next < filled.length && filled[next]!.to <= inv[empty]!) next++;
    const time = filled[next];
    if (time === undefined || time.from > inv[empty]! || time.to < ret[empty]!) continue;
    const cover = findCover(certain, inv[empty]!, ret[empty]!)!;
    const values = cover.map(({ push }) => deedWords(history, row[push]!)).join(", ");
    return {
      verdict: "violated",
      entries: [...entriesOf(cover), empty],
      because: `${deedWords(history, row[empty]!)}, although something was on the stack all the while: what came from ${values}`,
    };
  }
  return undefined;
}

/** The times during which some value certainly is on the stack, as few as there can be. `certain`: in order. */
function filledTimes(certain: readonly Passage[]): Span[] {
  const times: { from: number; to: number }[] = [];
  for (const { from, to } of certain) {
    const last = times.at(-1);
    if (last === undefined || from > last.to) times.push({ from, to });
    else last.to = Math.max(last.to, to);
  }
  return times;
}

/** Larger chains of values are told as they were found. */
const MOST_TRIED = 200;

function wrongOrder(
  history: History,
  { row }: StackProblem,
  certain: readonly Passage[],
  budget: Budget,
): FastAnswer | undefined {
  const bottomless = findBottomless(certain, budget);
  if (bottomless === undefined) return undefined;
  const [from, to] = [bottomless[0]!.from, Math.max(...bottomless.map((passage) => passage.to))];
  const values = fewest(findCover(bottomless, from, to)!, budget);
  return {
    verdict: "violated",
    entries: entriesOf(values),
    because: orderWords(history, row, values),
  };
}

/** Leaves out values without which the others still are in no order. What overlaps in turn is in none if its ends have no bottom. */
function fewest(chain: readonly Passage[], budget: Budget): readonly Passage[] {
  let values = chain;
  if (values.length > MOST_TRIED) return values;
  for (const value of chain) {
    const others = values.filter((other) => other !== value);
    if (findBottomless(others, budget) !== undefined) values = others;
  }
  return values;
}

function orderWords(history: History, row: Int32Array, values: readonly Passage[]): string {
  const deed = (entry: number): string => deedWords(history, row[entry]!);
  const [first, last] = [values[0]!, values.at(-1)!];
  const out =
    last.pop === NONE ? "the second was never taken out" : `${deed(last.pop)} began only after that`;
  if (values.length === 2)
    return `${deed(last.push)} came after ${deed(first.push)}, so ${deed(first.pop)} cannot have found the first on top: ${out}`;
  const pushes = values.map(({ push }) => deed(push)).join(", ");
  return `something was on the stack all the while from ${deed(first.push)} on, what came from ${pushes}, but each of these was put in after the first or taken out before the last, so none can have been at the bottom`;
}

const entriesOf = (passages: readonly Passage[]): number[] =>
  passages.flatMap(({ push, pop }) => (pop === NONE ? [push] : [push, pop]));
