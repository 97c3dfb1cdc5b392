import { type Lanes } from "../explorer/grouping.ts";
import { type Operations, STATUS_MASK } from "../explorer/operations.ts";

/** Colours as a canvas stores them, four bytes in one number. */
export interface CellColours {
  readonly read: number;
  readonly write: number;
  readonly fail: number;
  readonly info: number;
}

/** What is shown of the lanes, in device pixels: the first column is `from`, the one after the last is `to`. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  /** Open operations are drawn up to here. */
  readonly last: number;
  readonly width: number;
  /** An operation is never drawn narrower. */
  readonly narrowest: number;
}

/**
 * Paints one lane into two lines of pixels: most of it, and its lower half, where what failed shows among what did not. Many
 * operations under one pixel take one step. Calls `wide` for each operation by itself of at least `textFrom` pixels.
 */
export function paintLane(
  lane: number,
  scene: {
    readonly lanes: Lanes;
    readonly operations: Operations;
    readonly isRead: Uint8Array;
    readonly colours: CellColours;
    readonly frame: Frame;
    readonly upper: Uint32Array;
    readonly lower: Uint32Array;
    readonly textFrom: number;
  },
  wide: (row: number, x: number, width: number) => void,
): void {
  const { lanes, operations, isRead, colours, frame, upper, lower, textFrom } = scene;
  const { width, narrowest, last } = frame;
  const scale = width / (frame.to - frame.from);
  const { start, end, row, failed, indefinite } = lanes;
  const stop = lanes.first[lane + 1] as number;
  let at = firstReaching(lanes, frame.from, lane);
  while (at < stop && (start[at] as number) <= frame.to) {
    const x = ((start[at] as number) - frame.from) * scale;
    const pixel = Math.floor(x);
    const next = firstFrom(start, frame.from + (pixel + 1) / scale, at + 1, stop);
    const until = (Math.min(end[next - 1] as number, last) - frame.from) * scale;
    const from = Math.max(0, pixel);
    const each = row[at] as number;
    const kind = isRead[operations.f[each] as number] === 1 ? colours.read : colours.write;
    const bad = (failed[next] as number) - (failed[at] as number);
    const unsure = (indefinite[next] as number) - (indefinite[at] as number);
    const trouble = unsure > 0 ? colours.info : colours.fail;
    const isAll = bad + unsure === next - at;
    const to = Math.min(width, Math.max(pixel + narrowest, Math.ceil(until)));
    upper.fill(isAll ? trouble : kind, from, to);
    lower.fill(bad + unsure > 0 ? trouble : kind, from, to);
    if (next === at + 1 && until - Math.max(0, x) >= textFrom)
      wide(each, Math.max(0, x), until - Math.max(0, x));
    at = next;
  }
}

/** The first place of a lane that may reach into what begins at `from`. */
function firstReaching({ reach, first }: Lanes, from: number, lane: number): number {
  let low = first[lane] as number;
  let high = first[lane + 1] as number;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((reach[middle] as number) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Gallops, since the next one is mostly near. */
function firstFrom(start: Float64Array, bound: number, from: number, to: number): number {
  let step = 1;
  let low = from;
  while (low + step <= to && (start[low + step - 1] as number) < bound) {
    low += step;
    step *= 2;
  }
  let high = Math.min(to, low + step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((start[middle] as number) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By number of the function: 1 where it only looks. */
export const readsAmong = (functions: readonly string[]): Uint8Array =>
  Uint8Array.from(functions, (f) => (f === "read" || f === "contains" || f === "poll" ? 1 : 0));

export const statusOf = ({ flags }: Operations, row: number): number => (flags[row] as number) & STATUS_MASK;
