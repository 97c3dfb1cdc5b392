import { type Arrow, type Box, layArrows } from "./arrows.ts";
import { endIndexOf, type Lane, type Lanes } from "./lanes.ts";
import type { Drawing } from "./select.ts";

/** A lane of a picture: its name stands at `y`, the middle of its bars. */
export interface LaneLine extends Lane {
  readonly y: number;
}

/** Where everything of a picture is, in pixels from its upper left corner. */
export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  /** Where the first operation may begin. */
  readonly left: number;
  readonly lanes: readonly LaneLine[];
  /** By operation. */
  readonly boxes: readonly Box[];
  readonly laneOf: readonly number[];
  /** By edge. */
  readonly arrows: readonly Arrow[];
  /** Below the last lane: where times are written. */
  readonly bottom: number;
}

export const BAR_HEIGHT = 30;
/** Average width of a character of a label at its size, generous: texts must not leave their bars. */
export const CHARACTER = 7.4;
/** Before the label: the number of the operation. */
export const LABEL_AT = 26;
const LABEL_END = 12;
const NARROWEST_BAR = 64;
const NAME_CHARACTER = 7;
const NAME_GAP = 18;
const RIGHT = 24;
const TOP = 6;
const AXIS_HEIGHT = 26;
/** Between lanes, where arrows curve and badges sit. */
const LANE_GAP = 60;
/** Between the end of an operation and the begin of another that came later. */
const STEP = 52;
/** Between any two moments. */
const TICK = 10;

/**
 * Time runs to the right. What comes first and what overlaps is exact, distances are not: every bar is long enough for its
 * label, and long gaps are shortened (by the logarithm of their length).
 */
export function layPicture(
  drawing: Drawing,
  { lanes, laneOf }: Lanes,
  labels: readonly string[],
): PictureLayout {
  const left =
    Math.max(...lanes.map(({ name, node }) => Math.max(name.length, node?.length ?? 0)), 2) * NAME_CHARACTER +
    NAME_GAP;
  const widths = labels.map(widthOf);
  const spans = place(drawing, widths, left);
  const flat = spans.map(
    ({ from, to }, i): Box => ({
      x: from,
      width: to - from,
      reach: drawing.operations[i]?.endIndex === null ? (widths[i] as number) : to - from,
      y: 0,
      lane: laneOf[i] as number,
    }),
  );
  const { boxes, arrows, middles, bottom } = layArrows(flat, drawing.edges, {
    lanes: lanes.length,
    top: TOP,
    bar: BAR_HEIGHT,
    gap: LANE_GAP,
  });
  return {
    width: Math.ceil(Math.max(...spans.map(({ to }) => to)) + RIGHT),
    height: Math.ceil(bottom + AXIS_HEIGHT),
    left,
    lanes: lanes.map((lane, i) => ({ ...lane, y: middles[i] as number })),
    boxes,
    laneOf,
    arrows,
    bottom,
  };
}

const widthOf = (label: string): number =>
  Math.max(NARROWEST_BAR, label.length * CHARACTER + LABEL_AT + LABEL_END);

interface Span {
  from: number;
  to: number;
}

/** Starts and ends in their order; what never ended reaches to the right end. */
function place({ operations }: Drawing, widths: readonly number[], left: number): Span[] {
  const moments = operations
    .flatMap((operation, i) => [
      { at: operation.index, time: operation.start, i, isEnd: false },
      { at: endIndexOf(operation), time: operation.end ?? operation.start, i, isEnd: true },
    ])
    .sort((a, b) => a.at - b.at || a.i - b.i);
  const spans = operations.map((): Span => ({ from: left, to: left }));
  let x = left;
  let before = moments[0];
  for (const moment of moments) {
    const span = spans[moment.i] as Span;
    if (before !== moment && before !== undefined) {
      x += Math.max(before.isEnd && !moment.isEnd ? STEP : TICK, gap(moment.time - before.time));
    }
    if (moment.isEnd) x = Math.max(x, span.from + (widths[moment.i] as number));
    if (moment.isEnd) span.to = x;
    else span.from = x;
    before = moment;
  }
  return spans;
}

/** A few pixels, and more for every power of ten. */
const gap = (ns: number): number => (ns <= 0 ? 0 : 6 + 5 * Math.max(0, Math.log10(ns / 1_000)));
