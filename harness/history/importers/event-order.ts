import { NONE } from "#core/history";

/** When processes did something, in columns of any one unit of time. */
export interface Intervals {
  readonly length: number;
  /** NONE: of no process, in nobody's way. */
  readonly process: ArrayLike<number>;
  readonly start: ArrayLike<number>;
  /** NaN: it never ended. */
  readonly end: ArrayLike<number>;
}

/** Row and kind of an event in one number: `2 · row`, plus 1 if it is the end. */
export const rowOfEvent = (event: number): number => event >>> 1;
export const isEnding = (event: number): boolean => (event & 1) === 1;

/**
 * The events of intervals in order of time. At the same instant beginnings come before ends: two operations of which one
 * ends when the other begins may have overlapped, and taking them for sequential would invent an order. One process alone
 * keeps its order there; that of several cannot be kept without inventing one between them.
 */
export function eventOrder(rows: Intervals): Uint32Array {
  const timeOf = (event: number): number => (isEnding(event) ? rows.end : rows.start)[rowOfEvent(event)]!;
  const order = allEvents(rows);
  order.sort((a, b) => timeOf(a) - timeOf(b) || (a & 1) - (b & 1) || a - b);
  for (let from = 0; from < order.length; ) {
    const time = timeOf(order[from]!);
    let to = from + 1;
    while (to < order.length && timeOf(order[to]!) === time) to++;
    if (to - from > 1) arrangeInstant(order.subarray(from, to), rows);
    from = to;
  }
  return order;
}

function allEvents({ length, end }: Intervals): Uint32Array {
  const events = new Uint32Array(length * 2);
  let filled = 0;
  for (let row = 0; row < length; row++) {
    events[filled++] = row * 2;
    if (!Number.isNaN(end[row]!)) events[filled++] = row * 2 + 1;
  }
  return events.subarray(0, filled);
}

/** Puts the events of one process that ends one operation and begins another between everyone's beginnings and ends. */
function arrangeInstant(events: Uint32Array, rows: Intervals): void {
  const kept = keptProcess(events, rows);
  if (kept === NONE) return;
  const isOwn = (event: number): boolean => rows.process[rowOfEvent(event)] === kept;
  const all = [...events];
  const others = all.filter((event) => !isOwn(event));
  events.set([
    ...others.filter((event) => !isEnding(event)),
    ...all.filter(isOwn).sort((a, b) => inSequence(a, b, rows)),
    ...others.filter((event) => isEnding(event)),
  ]);
}

/** The order of two events of one process at one instant: row by row, those that began or ended first in front. */
function inSequence(a: number, b: number, { start, end }: Intervals): number {
  const [left, right] = [rowOfEvent(a), rowOfEvent(b)];
  const ends = (row: number): number => (Number.isNaN(end[row]!) ? Number.MAX_VALUE : end[row]!);
  return start[left]! - start[right]! || ends(left) - ends(right) || a - b;
}

/** The first process that begins an operation here after it ended another; NONE if there is none. */
function keptProcess(events: Uint32Array, { process, start, end }: Intervals): number {
  if (!isEnding(events.at(-1)!) || isEnding(events[0]!)) return NONE;
  const ended = new Map<number, number>();
  for (const event of events) {
    const by = process[rowOfEvent(event)]!;
    if (isEnding(event) && by !== NONE) ended.set(by, (ended.get(by) ?? 0) + 1);
  }
  for (const event of events) {
    const row = rowOfEvent(event);
    // An operation without length ends here too, but not before it began.
    const own = end[row] === start[row] ? 1 : 0;
    if (!isEnding(event) && (ended.get(process[row]!) ?? 0) > own) return process[row]!;
  }
  return NONE;
}
