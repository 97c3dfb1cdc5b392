import { overTime, X, Y_EXTENT } from "./over-time.ts";

/** Data set `rate`: {from, to (s), outcome, low, high (operations per second, stacked)}. */
export const ratePlot = overTime(
  170,
  [
    {
      data: { name: "rate" },
      mark: { type: "rect" },
      encoding: {
        x: { field: "from", ...X },
        x2: { field: "to" },
        y: {
          field: "low",
          type: "quantitative",
          title: null,
          axis: { ...Y_EXTENT, tickCount: 4, labelExpr: "format(datum.value, '~s') + '/s'" },
        },
        y2: { field: "high" },
        fill: {
          field: "outcome",
          type: "nominal",
          legend: null,
          scale: { domain: ["ok", "fail", "info"], range: ["var(--ok)", "var(--fail)", "var(--info)"] },
        },
      },
    },
  ],
  [
    { field: "time", title: "time" },
    { field: "ok", title: "ok" },
    { field: "fail", title: "failed" },
    { field: "info", title: "indefinite" },
  ],
);
