import type { Checker } from "#core/checker";
import { linearizableObjects } from "../search/linearizable-objects.ts";
import { counters } from "../search/models/counter.ts";
import { judgeBounds } from "./bounds.ts";
import { countReads } from "./impossible-counts.ts";
import { tallies } from "./tallies.ts";

const checker = linearizableObjects({
  name: "linearizable-counters",
  summary: "linearizability of counters",
  type: "counter",
  kind: { ...counters, fast: judgeBounds },
});

/**
 * Linearizability of counters. Final reads are no part of it, except that it does not call a history linearizable in which
 * one shows a count that no choice among the changes makes: `counter-durability` reports that.
 */
export const linearizableCounters: Checker = {
  ...checker,
  check: (history, budget) => {
    const found = checker.check(history, budget);
    if (found.results.every(({ verdict }) => verdict !== "satisfied")) return found;
    const all = [...tallies(history, budget).tallies.values()];
    const isImpossible = all.some((tally) => countReads(history, tally, budget).impossible.length > 0);
    return isImpossible ? { ...found, results: [] } : found;
  },
};
