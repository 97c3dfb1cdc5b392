import type { History } from "#core/history";

/** Squares of lengths of parts judged, in all, before a witness is taken as it is. */
const MAX_WORK = 100_000_000;

export interface Shrinkable {
  readonly rows: readonly number[];
  /** Rows of one group go or stay together. */
  readonly groupOf: (row: number) => string;
  /** Rows that must stay. */
  readonly keep: (row: number) => boolean;
}

/**
 * Fewer rows that prove the same: leaves out groups of rows, first many at a time, then one by one (Zeller and Hildebrandt
 * 2002), as long as what is left `proves` it. @returns all rows if even these do not
 */
export function shrink(
  history: History,
  { rows, groupOf, keep }: Shrinkable,
  proves: (part: History) => boolean,
): readonly number[] {
  const all = [...Map.groupBy(new Set(rows), groupOf).values()];
  const kept = all.filter((group) => group.some(keep)).flat();
  let groups = all.filter((group) => !group.some(keep));
  let work = MAX_WORK;
  const holds = (rest: readonly (readonly number[])[]): boolean => {
    const part = [...kept, ...rest.flat()].sort((a, b) => a - b);
    work -= part.length ** 2;
    return proves(history.select(part));
  };
  for (let size = groups.length; size >= 1 && work > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < groups.length && work > 0; ) {
      const rest = [...groups.slice(0, from), ...groups.slice(from + size)];
      if (holds(rest)) groups = rest;
      else from += size;
    }
  }
  return [...kept, ...groups.flat()];
}
