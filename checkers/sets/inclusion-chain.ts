import type { Budget } from "#core/budget";
import { type History, NEVER, NONE } from "#core/history";
import { deedWords } from "../search/deeds.ts";
import type { FastAnswer } from "../search/object-kind.ts";
import type { SetCall } from "../search/models/set.ts";
import type { Problem } from "../search/problem.ts";
import { valueWords } from "../words.ts";

type SetProblem = Problem<readonly number[], SetCall>;

/**
 * Sets that only grow, read as a whole, each element added once; O(n log n) besides the elements read. Reads in order of
 * size must contain each other; each add goes right before the first read that shows it. Exact: that order is a linearization
 * if there is one. Undefined for other sets.
 */
export function judgeGrowingSet(
  history: History,
  problem: SetProblem,
  budget: Budget,
): FastAnswer | undefined {
  const sorted = sortedCalls(problem);
  if (sorted === undefined) return undefined;
  const { adds, reads } = sorted;
  const initial = new Set(problem.model.initial);
  /** By element: position of the first read that shows it. */
  const shownIn = new Map<number, number>();
  let before: ReadonlySet<number> = initial;
  for (const [position, read] of reads.entries()) {
    const elements = elementsOf(problem, read);
    const shown = new Set(elements);
    for (const element of before) {
      budget.tick();
      if (!shown.has(element)) return incomparable(history, problem, sorted, position, element, initial);
    }
    for (const element of elements) {
      budget.tick();
      if (before.has(element)) continue;
      if (!adds.has(element)) return unexplained(history, problem, sorted, read, element);
      shownIn.set(element, position);
    }
    before = shown;
  }
  return verifyOrder(history, problem, sorted, shownIn) ?? { verdict: "satisfied" };
}

interface Sorted {
  /** Entry that adds an element. */
  readonly adds: ReadonlyMap<number, number>;
  /** Reads by size, those of the same size by invocation. */
  readonly reads: readonly number[];
}

/** Undefined unless there are only reads of the whole and adds of different elements. */
function sortedCalls({ length, call, calls, inv }: SetProblem): Sorted | undefined {
  const adds = new Map<number, number>();
  const sized: { entry: number; size: number }[] = [];
  for (let entry = 0; entry < length; entry++) {
    const made = calls[call[entry]!]!;
    if (made.kind === "read") sized.push({ entry, size: made.elements.length });
    else if (made.kind !== "add" || adds.has(made.element)) return undefined;
    else adds.set(made.element, entry);
  }
  sized.sort((a, b) => a.size - b.size || inv[a.entry]! - inv[b.entry]!);
  return { adds, reads: sized.map(({ entry }) => entry) };
}

function elementsOf({ call, calls }: SetProblem, read: number): readonly number[] {
  const made = calls[call[read]!]!;
  return made.kind === "read" ? made.elements : [];
}

/** Each operation must return after all before it in the order were invoked. */
function verifyOrder(
  history: History,
  problem: SetProblem,
  sorted: Sorted,
  shownIn: ReadonlyMap<number, number>,
): FastAnswer | undefined {
  const { inv, ret } = problem;
  let latest = NONE;
  for (const entry of orderOf(problem, sorted, shownIn)) {
    if (latest !== NONE && ret[entry]! < inv[latest]!)
      return conflict(history, problem, sorted, entry, latest);
    if (latest === NONE || inv[entry]! > inv[latest]!) latest = entry;
  }
  return undefined;
}

/** Reads by size, each after the adds that it is the first to show; then the adds that none shows. */
function orderOf(
  { inv, ret }: SetProblem,
  { adds, reads }: Sorted,
  shownIn: ReadonlyMap<number, number>,
): number[] {
  const groups: number[][] = [...reads, NONE].map(() => []);
  for (const [element, entry] of adds) {
    const position = shownIn.get(element);
    // Nobody misses an add that may never have happened.
    if (position !== undefined || ret[entry] !== NEVER) groups[position ?? reads.length]!.push(entry);
  }
  return groups.flatMap((group, position) => {
    group.sort((a, b) => inv[a]! - inv[b]!);
    const read = reads[position];
    return read === undefined ? group : [...group, read];
  });
}

/** `early` returned before `late` was invoked, but has to come after it. */
function conflict(
  history: History,
  problem: SetProblem,
  sorted: Sorted,
  early: number,
  late: number,
): FastAnswer {
  const deed = (entry: number): string => deedWords(history, problem.row[entry]!);
  const witness = new Set([early, late]);
  const [one, other] = [early, late].map((entry) => problem.calls[problem.call[entry]!]!);
  let reason = one?.kind === "add" ? "which does not show it" : "which lacks elements of the earlier";
  if (other?.kind === "add" && one?.kind === "read") reason = "which it shows";
  if (other?.kind === "add" && one?.kind === "add") {
    const shows = sorted.reads.find((read) => elementsOf(problem, read).includes(other.element))!;
    witness.add(shows);
    reason = `but ${deed(shows)} shows the later and not the earlier`;
  }
  return {
    verdict: "violated",
    entries: closed(problem, sorted, witness),
    because: `${deed(early)} had ended before ${deed(late)} began, ${reason}`,
  };
}

function incomparable(
  history: History,
  problem: SetProblem,
  sorted: Sorted,
  position: number,
  element: number,
  initial: ReadonlySet<number>,
): FastAnswer {
  const read = sorted.reads[position]!;
  const before = sorted.reads[position - 1];
  const lacks = `${deedWords(history, problem.row[read]!)} lacks ${valueWords(history.valueOf(element))}`;
  const because =
    before === undefined || initial.has(element)
      ? `${lacks}, which was there from the start`
      : `${lacks}, which ${deedWords(history, problem.row[before]!)} shows, and neither contains the other`;
  const reads = before === undefined ? [read] : [before, read];
  return { verdict: "violated", entries: closed(problem, sorted, new Set(reads)), because };
}

function unexplained(
  history: History,
  problem: SetProblem,
  sorted: Sorted,
  read: number,
  element: number,
): FastAnswer {
  return {
    verdict: "violated",
    entries: closed(problem, sorted, new Set([read])),
    because: `${deedWords(history, problem.row[read]!)} shows ${valueWords(history.valueOf(element))}, which nobody added`,
  };
}

/** Together with the adds of everything that the reads show. */
function closed(problem: SetProblem, { adds }: Sorted, entries: ReadonlySet<number>): number[] {
  const all = new Set(entries);
  for (const entry of entries) {
    for (const element of elementsOf(problem, entry)) {
      const add = adds.get(element);
      if (add !== undefined) all.add(add);
    }
  }
  return [...all].sort((a, b) => a - b);
}
