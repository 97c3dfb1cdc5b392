import { overTime, X, Y_EXTENT } from "./over-time.ts";

/**
 * A row for each node, the first on top. Data sets `nodes`: {from, to (s), outcome, low, high}, in rows from the bottom;
 * `names`: {at (s), middle, node, rate}.
 */
export const nodesPlot = overTime(
  150,
  [
    {
      data: { name: "nodes" },
      mark: { type: "rect" },
      encoding: {
        x: { field: "from", ...X },
        x2: { field: "to" },
        y: {
          field: "low",
          type: "quantitative",
          title: null,
          scale: { nice: false, zero: true },
          axis: { ...Y_EXTENT, grid: false, labels: false, tickCount: 2 },
        },
        y2: { field: "high" },
        fill: {
          field: "outcome",
          type: "nominal",
          legend: null,
          scale: { domain: ["ok", "bad"], range: ["var(--ok)", "var(--fail)"] },
        },
      },
    },
    {
      data: { name: "names" },
      mark: {
        type: "text",
        align: "right",
        baseline: "middle",
        dx: -8,
        limit: 46,
        fill: "var(--muted)",
        fontSize: 12,
      },
      encoding: {
        x: { field: "at", ...X },
        y: { field: "middle", type: "quantitative" },
        text: { field: "node", type: "nominal" },
      },
    },
  ],
  [
    { field: "time", title: "time" },
    { field: "text", title: "" },
  ],
);
