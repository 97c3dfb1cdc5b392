/** A stretch of a history: between two event indexes. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Few spans of `spans`, sorted by `from`, that together cover all instants from `begin` to `end`; undefined if they do not. */
export function findCover<T extends Span>(spans: readonly T[], begin: number, end: number): T[] | undefined {
  const cover: T[] = [];
  let reached = begin;
  let best: T | undefined;
  for (const span of spans) {
    if (span.from > reached) {
      if (best === undefined || best.to <= reached) return undefined;
      cover.push(best);
      reached = best.to;
      if (reached >= end) return cover;
      if (span.from > reached) return undefined;
    }
    if (best === undefined || span.to > best.to) best = span;
  }
  if (best === undefined || best.to < end) return undefined;
  cover.push(best);
  return cover;
}
