import type { Budget } from "#core/budget";
import { FLAG, type History } from "#core/history";
import { shownBy } from "../search/models/list.ts";
import type { ListReads } from "./list-reads.ts";

/** Two reads of one list, of which neither continues the other. */
export interface Clash {
  readonly one: number;
  readonly other: number;
  /** The first place at which they differ. */
  readonly at: number;
}

/**
 * Reads during the run, by length, next to each other: if each continues the one before it, each continues all before it.
 * O(n log n) besides the elements read.
 */
export function clashesOf(history: History, reads: ListReads, budget: Budget): Clash[] {
  const clashes: Clash[] = [];
  const during = reads.reads.filter((row) => (history.flags[row]! & FLAG.final) === 0);
  for (const [key, rows] of Map.groupBy(during, (row) => history.key[row]!)) {
    const initial = reads.initialOf.get(key)!;
    const sized = rows.map((row) => ({ row, elements: shownBy(history, row, initial) }));
    sized.sort((a, b) => a.elements.length - b.elements.length || a.row - b.row);
    for (const [i, { row, elements }] of sized.entries()) {
      const before = sized[i - 1];
      if (before === undefined) continue;
      const at = before.elements.findIndex((element, place) => {
        budget.tick();
        return element !== elements[place];
      });
      if (at >= 0) clashes.push({ one: before.row, other: row, at });
    }
  }
  return clashes;
}
