import { rowsOf } from "../../page/rows.ts";
import type { FaultBand } from "../../schema.ts";

/** Where things are, in CSS pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Left edge of the time axis; the names of the lanes stand before it. */
  readonly left: number;
  /** Top of the first row of faults, and of the first lane. */
  readonly faultTop: number;
  readonly laneTop: number;
  readonly laneHeight: number;
  /** Row of each fault, in the order given. */
  readonly faultRow: readonly number[];
}

export const AXIS_HEIGHT = 26;
export const FAULT_HEIGHT = 20;
/** Lanes share this height as far as they stay between the narrowest and the widest. */
const LANES_HEIGHT = 440;
const WIDEST_LANE = 24;
const NARROWEST_LANE = 3;
/** No browser draws a canvas much higher than this, twice as fine. */
const MOST_HEIGHT = 7_000;
const GAP = 6;

export function layOut(width: number, lanes: number, faults: readonly FaultBand[], last: number): Layout {
  const faultRow = rowsOf(faults, last);
  const rows = faults.length === 0 ? 0 : Math.max(...faultRow) + 1;
  const laneHeight = laneHeightFor(Math.max(1, lanes));
  const faultTop = AXIS_HEIGHT;
  const laneTop = faultTop + rows * FAULT_HEIGHT + GAP;
  const left = width < 560 ? 30 : 44;
  return { width, left, faultTop, laneTop, laneHeight, faultRow, height: laneTop + lanes * laneHeight + GAP };
}

function laneHeightFor(lanes: number): number {
  const shared = Math.floor(LANES_HEIGHT / lanes);
  return Math.min(MOST_HEIGHT / lanes, WIDEST_LANE, Math.max(NARROWEST_LANE, shared));
}
