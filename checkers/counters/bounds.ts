import type { Budget } from "#core/budget";
import type { History } from "#core/history";
import { deedWords } from "../search/deeds.ts";
import type { CounterCall } from "../search/models/counter.ts";
import type { FastAnswer } from "../search/object-kind.ts";
import type { Problem } from "../search/problem.ts";

type CounterProblem = Problem<number, CounterCall>;

/** More possible sums than this are not listed: the bounds must do. */
const MAX_SUMS = 4_096;

/**
 * A read of a counter that no choice among the increments it overlaps explains: it must show all that had returned before it
 * began, some of those that were open, and none that began later. O(n log n) where few
 * increments are open at a time. Sound and incomplete: two reads together may still contradict each other, which the search sees.
 */
export function judgeBounds(
  history: History,
  problem: CounterProblem,
  budget: Budget,
): FastAnswer | undefined {
  const { calls, call, inv, ret, length } = problem;
  const changes = Array.from({ length }, (_, entry) => entry).filter(
    (entry) => calls[call[entry]!]!.kind === "increment",
  );
  const by = (entry: number): number => {
    const made = calls[call[entry]!]!;
    return made.kind === "increment" ? made.by : 0;
  };
  const byReturn = changes.toSorted((a, b) => ret[a]! - ret[b]!);
  // Entries come by invocation; so do the reads, and what had returned before one has returned before the next.
  let returned = 0;
  let begun = 0;
  let active: number[] = [];
  let certain = problem.model.initial;
  for (let entry = 0; entry < length; entry++) {
    budget.tick();
    const made = calls[call[entry]!]!;
    if (made.kind !== "read") continue;
    for (; returned < byReturn.length && ret[byReturn[returned]!]! < inv[entry]!; returned++) {
      certain += by(byReturn[returned]!);
    }
    for (; begun < changes.length && inv[changes[begun]!]! < ret[entry]!; begun++) {
      budget.tick();
      active.push(changes[begun]!);
    }
    active = active.filter((change) => ret[change]! > inv[entry]!);
    const open = active.filter((change) => inv[change]! < ret[entry]!).map(by);
    const reason = contradiction(made.value, certain, open);
    if (reason === undefined) continue;
    const before = changes.filter((change) => inv[change]! < ret[entry]!);
    return {
      verdict: "violated",
      entries: [...before, entry].sort((a, b) => a - b),
      because: `${deedWords(history, problem.row[entry]!)} cannot be: ${reason}`,
    };
  }
  return undefined;
}

/** Why `value` is not `certain` plus some of `open`; undefined if it may be. */
function contradiction(value: number, certain: number, open: readonly number[]): string | undefined {
  let [low, high] = [certain, certain];
  for (const by of open) {
    if (by < 0) low += by;
    else high += by;
  }
  if (value === certain || value === low || value === high) return undefined;
  const range = low === high ? `it was ${low}` : `it was between ${low} and ${high}`;
  if (value < low) return `${range}: an increment was lost, or a decrement came twice`;
  if (value > high) return `${range}: an increment came twice, or a decrement was lost`;
  const sums = new Set([certain]);
  for (const by of open) {
    for (const sum of [...sums]) sums.add(sum + by);
    if (sums.size > MAX_SUMS) return undefined;
  }
  return sums.has(value) ? undefined : `${range}, but no choice among the open changes gives that`;
}
