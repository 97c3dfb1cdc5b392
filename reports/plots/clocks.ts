import { overTime, X, Y_EXTENT } from "./over-time.ts";
import { DURATION_TEXT } from "./logarithmic.ts";

const MARKS: number[] = [-1_000_000, -10_000, -100, 0, 100, 10_000, 1_000_000];

const Y = {
  type: "quantitative",
  title: null,
  scale: { type: "symlog", constant: 10, nice: false, padding: 8 },
  axis: {
    ...Y_EXTENT,
    values: MARKS,
    labelOverlap: "greedy",
    labelExpr: `datum.value == 0 ? 'right' : (datum.value < 0 ? '−' : '+') + (${DURATION_TEXT.replaceAll("datum.value", "abs(datum.value)")})`,
  },
} as const;

const COLOUR = {
  field: "slot",
  type: "nominal",
  legend: null,
  scale: {
    domain: [0, 1, 2, 3, 4],
    range: ["var(--node-0)", "var(--node-1)", "var(--node-2)", "var(--node-3)", "var(--node-4)"],
  },
} as const;

/** Data sets `clocks`: {from, to (s), start, end (ms ahead), slot, text}; `flips`: the same, where a clock flips between both. */
export const clocksPlot = overTime(
  170,
  [
    {
      data: { name: "flips" },
      mark: { type: "rect", fillOpacity: 0.45 },
      encoding: {
        x: { field: "from", ...X },
        x2: { field: "to" },
        y: { field: "start", ...Y },
        y2: { field: "end" },
        fill: COLOUR,
      },
    },
    {
      data: { name: "clocks" },
      mark: { type: "rule", strokeWidth: 3 },
      encoding: {
        x: { field: "from", ...X },
        x2: { field: "to" },
        y: { field: "start", ...Y },
        y2: { field: "end" },
        stroke: COLOUR,
      },
    },
  ],
  [
    { field: "time", title: "time" },
    { field: "text", title: "clocks" },
  ],
);
