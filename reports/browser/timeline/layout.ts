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
  /** Top of the first row of what happened to nodes. */
  readonly nodeTop: number;
  readonly laneTop: number;
  readonly laneHeight: number;
  /** Row of each fault, in the order given. */
  readonly faultRow: readonly number[];
}

export const AXIS_HEIGHT = 26;
export const FAULT_HEIGHT = 20;
export const NODE_HEIGHT = 16;
/** More nodes than this share one row. */
const MOST_NODES = 9;
/** Lanes share this height as far as they stay between the narrowest and the widest. */
const LANES_HEIGHT = 440;
const WIDEST_LANE = 24;
const NARROWEST_LANE = 3;
/** No browser draws a canvas much higher than this, twice as fine. */
const MOST_HEIGHT = 7_000;
/** Share of the width that the names of lanes may take. */
const MOST_NAMES = 0.2;
const GAP = 6;

/** What takes room beside the operations. */
export interface Surroundings {
  readonly faults: readonly FaultBand[];
  /** The end of the axis. */
  readonly last: number;
  /** Rows of what happened to nodes. */
  readonly nodeRows: number;
  /** Pixels that the names of the lanes want. */
  readonly names: number;
}

export function layOut(
  width: number,
  lanes: number,
  { faults, last, nodeRows, names }: Surroundings,
): Layout {
  const faultRow = rowsOf(faults, last);
  const rows = faults.length === 0 ? 0 : Math.max(...faultRow) + 1;
  const laneHeight = laneHeightFor(Math.max(1, lanes));
  const faultTop = AXIS_HEIGHT;
  const nodeTop = faultTop + rows * FAULT_HEIGHT;
  const laneTop = nodeTop + nodeRows * NODE_HEIGHT + GAP;
  const left = Math.round(Math.max(width < 560 ? 30 : 44, Math.min(names + 16, width * MOST_NAMES)));
  const height = laneTop + Math.max(1, lanes) * laneHeight + GAP;
  return { width, left, faultTop, nodeTop, laneTop, laneHeight, faultRow, height };
}

function laneHeightFor(lanes: number): number {
  const shared = Math.floor(LANES_HEIGHT / lanes);
  return Math.min(MOST_HEIGHT / lanes, WIDEST_LANE, Math.max(NARROWEST_LANE, shared));
}

/** Nodes of which a log line tells, or on which a fault was, each with a row; of many, one row without a name for all. */
export function nodeRowsOf(
  faults: readonly Pick<FaultBand, "nodes">[],
  logs: readonly { readonly node: string }[],
): readonly string[] {
  const names = new Set([...faults.flatMap(({ nodes }) => nodes), ...logs.map(({ node }) => node)]);
  if (names.size > MOST_NODES) return [""];
  return [...names].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}
