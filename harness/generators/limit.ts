import type { Generator } from "#core/generator";

/** Ends after `count` operations. */
export function limit(count: number, source: Generator): Generator {
  let left = count;
  return {
    ...source,
    next: (context) => {
      if (left <= 0) return undefined;
      const next = source.next(context);
      if (next !== undefined && !("wait" in next)) left--;
      return next;
    },
  };
}
