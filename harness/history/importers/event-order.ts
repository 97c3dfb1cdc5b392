/** When a process did something, in any one unit. `end` undefined: it never ended. */
export interface Interval {
  /** Undefined: of no process, in nobody's way. */
  readonly process: number | undefined;
  readonly start: number;
  readonly end: number | undefined;
}

/** Row and kind of an event in one number: `2 · row`, plus 1 if it is the end. */
const beginning = (row: number): number => row * 2;
const ending = (row: number): number => row * 2 + 1;
export const rowOfEvent = (event: number): number => event >> 1;
export const isEnding = (event: number): boolean => (event & 1) === 1;

/**
 * The events of intervals in order of time. At the same instant beginnings come before ends: two operations of which one
 * ends when the other begins may have overlapped, and taking them for sequential would invent an order. One process alone
 * keeps its order there; that of several cannot be kept without inventing one between them.
 */
export function eventOrder(rows: readonly Interval[]): Uint32Array {
  const order = new Uint32Array(rows.reduce((count, { end }) => count + (end === undefined ? 1 : 2), 0));
  let filled = 0;
  rows.forEach(({ end }, row) => {
    order[filled++] = beginning(row);
    if (end !== undefined) order[filled++] = ending(row);
  });
  const timeOf = (event: number): number => {
    const { start, end } = rows[rowOfEvent(event)]!;
    return isEnding(event) ? end! : start;
  };
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

/** Puts the events of one process that ends one operation and begins another between everyone's beginnings and ends. */
function arrangeInstant(events: Uint32Array, rows: readonly Interval[]): void {
  const ended = new Set<number>();
  for (const event of events) {
    const { process } = rows[rowOfEvent(event)]!;
    if (isEnding(event) && process !== undefined) ended.add(process);
  }
  if (ended.size === 0) return;
  const kept = keptProcess(events, rows, ended);
  if (kept === undefined) return;
  const own = [...events].filter((event) => rows[rowOfEvent(event)]!.process === kept);
  const others = [...events].filter((event) => rows[rowOfEvent(event)]!.process !== kept);
  const order = (a: number, b: number): number => {
    const [left, right] = [rows[rowOfEvent(a)]!, rows[rowOfEvent(b)]!];
    const byEnd = (left.end ?? Number.POSITIVE_INFINITY) - (right.end ?? Number.POSITIVE_INFINITY);
    return left.start - right.start || (byEnd > 0 ? 1 : byEnd < 0 ? -1 : 0) || a - b;
  };
  events.set([
    ...others.filter((event) => !isEnding(event)),
    ...own.sort(order),
    ...others.filter((event) => isEnding(event)),
  ]);
}

/** The first process that begins an operation here after it ended another. */
function keptProcess(
  events: Uint32Array,
  rows: readonly Interval[],
  ended: ReadonlySet<number>,
): number | undefined {
  const endedEarlier = new Map<number, number>();
  for (const event of events) {
    const { process } = rows[rowOfEvent(event)]!;
    if (isEnding(event) && process !== undefined) {
      endedEarlier.set(process, (endedEarlier.get(process) ?? 0) + 1);
    }
  }
  for (const event of events) {
    const { process, start, end } = rows[rowOfEvent(event)]!;
    if (isEnding(event) || process === undefined || !ended.has(process)) continue;
    // An operation without length ends here too, but not before it began.
    const own = end === start ? 1 : 0;
    if ((endedEarlier.get(process) ?? 0) > own) return process;
  }
  return undefined;
}
