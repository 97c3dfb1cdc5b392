import type { Budget } from "#core/budget";
import { type History, NEVER, NONE } from "#core/history";
import { deedWords } from "../search/deeds.ts";
import type { FastAnswer } from "../search/object-kind.ts";
import type { ListCall } from "../search/models/list.ts";
import type { Problem } from "../search/problem.ts";
import { valueWords } from "../words.ts";

type ListProblem = Problem<readonly number[], ListCall>;

/**
 * Lists to which each element is appended once, in O(n log n) besides the elements read. Reads in order of length must
 * continue each other; their elements then tell the order of the appends, and each read comes right after its last element.
 * Exact: that order is a linearization if there is one. Undefined where an element was appended twice. Source of the
 * prefix rule: Kingsbury and Alvaro 2020 (Elle), §4.
 */
export function judgeRevealedOrder(
  history: History,
  problem: ListProblem,
  budget: Budget,
): FastAnswer | undefined {
  const sorted = sortedCalls(problem);
  if (sorted === undefined) return undefined;
  const { appends, reads } = sorted;
  const { initial } = problem.model;
  const shown = new Set(initial);
  const shownIn = new Map<number, number>();
  const order: number[] = [];
  let before = initial;
  for (const [position, read] of reads.entries()) {
    const elements = elementsOf(problem, read);
    if (!continues(before, elements, budget)) return incompatible(history, problem, sorted, position);
    for (let i = before.length; i < elements.length; i++) {
      budget.tick();
      const element = elements[i]!;
      const append = appends.get(element);
      if (append === undefined || shown.has(element))
        return unexplained(history, problem, sorted, read, element);
      shown.add(element);
      shownIn.set(element, read);
      order.push(append);
    }
    order.push(read);
    before = elements;
  }
  return (
    verifyOrder(history, problem, { ...sorted, shownIn }, [
      ...order,
      ...unseen(problem, appends, shownIn),
    ]) ?? {
      verdict: "satisfied",
    }
  );
}

interface Sorted {
  /** Entry that appends an element. */
  readonly appends: ReadonlyMap<number, number>;
  /** Reads by length, those of the same length by invocation. */
  readonly reads: readonly number[];
}

/** `shownIn`: by element the shortest read that shows it. */
type Revealed = Sorted & { readonly shownIn: ReadonlyMap<number, number> };

/** Undefined where an element was appended twice, or was there from the start as well. */
function sortedCalls({ length, call, calls, inv, model }: ListProblem): Sorted | undefined {
  const appends = new Map<number, number>();
  const sized: { entry: number; size: number }[] = [];
  for (let entry = 0; entry < length; entry++) {
    const made = calls[call[entry]!]!;
    if (made.kind === "read") sized.push({ entry, size: made.elements.length });
    else if (appends.has(made.element) || model.initial.includes(made.element)) return undefined;
    else appends.set(made.element, entry);
  }
  sized.sort((a, b) => a.size - b.size || inv[a.entry]! - inv[b.entry]!);
  return { appends, reads: sized.map(({ entry }) => entry) };
}

function elementsOf({ call, calls }: ListProblem, read: number): readonly number[] {
  const made = calls[call[read]!]!;
  return made.kind === "read" ? made.elements : [];
}

function continues(before: readonly number[], elements: readonly number[], budget: Budget): boolean {
  if (elements.length < before.length) return false;
  for (const [i, element] of before.entries()) {
    budget.tick();
    if (elements[i] !== element) return false;
  }
  return true;
}

/** Appends that no read shows come last; nobody misses those that may never have happened. */
const unseen = (
  { inv, ret }: ListProblem,
  appends: ReadonlyMap<number, number>,
  shownIn: ReadonlyMap<number, number>,
): number[] =>
  [...appends]
    .filter(([element, entry]) => !shownIn.has(element) && ret[entry] !== NEVER)
    .map(([, entry]) => entry)
    .sort((a, b) => inv[a]! - inv[b]!);

/** Each operation must return after all before it in the order were invoked. */
function verifyOrder(
  history: History,
  problem: ListProblem,
  revealed: Revealed,
  order: readonly number[],
): FastAnswer | undefined {
  const { inv, ret } = problem;
  let latest = NONE;
  for (const entry of order) {
    if (latest !== NONE && ret[entry]! < inv[latest]!)
      return conflict(history, problem, revealed, entry, latest);
    if (latest === NONE || inv[entry]! > inv[latest]!) latest = entry;
  }
  return undefined;
}

/** `early` returned before `late` was invoked, but has to come after it. */
function conflict(
  history: History,
  problem: ListProblem,
  revealed: Revealed,
  early: number,
  late: number,
): FastAnswer {
  const deed = (entry: number): string => deedWords(history, problem.row[entry]!);
  const [one, other] = [early, late].map((entry) => problem.calls[problem.call[entry]!]!);
  const witness = new Set([early, late]);
  let reason = "which lacks elements of the earlier";
  if (one?.kind === "append") reason = "which does not show it";
  if (one?.kind === "read" && other?.kind === "append") reason = "which it shows";
  if (one?.kind === "append" && other?.kind === "append") {
    const both = revealed.shownIn.get(one.element);
    const shows = both ?? revealed.shownIn.get(other.element)!;
    witness.add(shows);
    reason = `but ${deed(shows)} shows the later ${both === undefined ? "and not" : "before"} the earlier`;
  }
  return {
    verdict: "violated",
    entries: closed(problem, revealed, witness),
    because: `${deed(early)} had ended before ${deed(late)} began, ${reason}`,
  };
}

function incompatible(history: History, problem: ListProblem, sorted: Sorted, position: number): FastAnswer {
  const read = sorted.reads[position]!;
  const before = sorted.reads[position - 1];
  const deed = deedWords(history, problem.row[read]!);
  const because =
    before === undefined
      ? `${deed} does not begin with what was there from the start`
      : `${deed} does not continue ${deedWords(history, problem.row[before]!)}: the elements cannot have come in one order`;
  const reads = before === undefined ? [read] : [before, read];
  return { verdict: "violated", entries: closed(problem, sorted, new Set(reads)), because };
}

function unexplained(
  history: History,
  problem: ListProblem,
  sorted: Sorted,
  read: number,
  element: number,
): FastAnswer {
  const how = sorted.appends.has(element) ? "more than once, appended once" : "which nobody appended";
  return {
    verdict: "violated",
    entries: closed(problem, sorted, new Set([read])),
    because: `${deedWords(history, problem.row[read]!)} shows ${valueWords(history.valueOf(element))}, ${how}`,
  };
}

/** Together with the appends of everything that the reads show. */
function closed(problem: ListProblem, { appends }: Sorted, entries: ReadonlySet<number>): number[] {
  const all = new Set(entries);
  for (const entry of entries) {
    for (const element of elementsOf(problem, entry)) {
      const append = appends.get(element);
      if (append !== undefined) all.add(append);
    }
  }
  return [...all].sort((a, b) => a - b);
}
