import { type History, UNENDED } from "#core/history";
import type { Nanoseconds } from "#core/units";

/** When an operation ended as far as the history knows; `undefined`: it has no completion line. */
export function endOf(
  history: { readonly retTime: ArrayLike<number> },
  row: number,
): Nanoseconds | undefined {
  const end = history.retTime[row] as number;
  return end === UNENDED ? undefined : end;
}

/** The span of everything recorded; `timed` is false when the history carries no times at all. */
export interface Span {
  readonly from: Nanoseconds;
  readonly to: Nanoseconds;
  readonly timed: boolean;
}

/** Axes begin at the start of the run unless the recorder's clock started long before it. */
export function spanOf(history: History, finishedAt: Nanoseconds | undefined): Span {
  let first = Number.POSITIVE_INFINITY;
  let last = finishedAt ?? 0;
  for (let row = 0; row < history.length; row++) {
    const start = history.invTime[row] as number;
    first = Math.min(first, start);
    last = Math.max(last, endOf(history, row) ?? start);
  }
  for (const event of history.faults) {
    first = Math.min(first, event.time);
    last = Math.max(last, event.time);
  }
  if (!Number.isFinite(first)) first = 0;
  const from = first > (last - first) * 10 ? first : 0;
  return { from, to: last, timed: last > from };
}
