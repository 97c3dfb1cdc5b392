import { overTime, X, Y_EXTENT } from "./over-time.ts";
import { DURATION_TEXT } from "./logarithmic.ts";

/** Data set `lag`: {from, to (s), node, slot, ms}: how far behind the stalest read of a node was that began meanwhile. */
export const lagPlot = overTime(
  190,
  [
    {
      data: { name: "lag" },
      mark: {
        type: "line",
        interpolate: "step-after",
        strokeWidth: 1.6,
        invalid: "break-paths-filter-domains",
      },
      encoding: {
        x: { field: "from", ...X },
        y: {
          field: "ms",
          type: "quantitative",
          title: null,
          scale: { type: "symlog", constant: 1, nice: false, padding: 4 },
          axis: {
            ...Y_EXTENT,
            values: [0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000],
            labelExpr: `datum.value == 0 ? '0' : (${DURATION_TEXT})`,
          },
        },
        color: {
          field: "slot",
          type: "nominal",
          legend: null,
          scale: {
            domain: [0, 1, 2, 3, 4],
            range: ["var(--node-0)", "var(--node-1)", "var(--node-2)", "var(--node-3)", "var(--node-4)"],
          },
        },
        detail: { field: "node", type: "nominal" },
      },
    },
  ],
  [
    { field: "time", title: "time" },
    { field: "text", title: "behind" },
  ],
);
