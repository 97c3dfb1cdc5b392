import { IS_ROUND, LABEL } from "./logarithmic.ts";
import { overTime, X, Y_EXTENT } from "./over-time.ts";

/** Data set `latency`: {at (s), quantile, ms}. Milliseconds on a logarithmic axis; a gap where nothing succeeded. */
export const latencyPlot = overTime(
  220,
  [
    {
      data: { name: "latency" },
      mark: {
        type: "line",

        strokeWidth: 1.6,
        strokeJoin: "round",
        invalid: "break-paths-filter-domains",
      },
      encoding: {
        x: { field: "at", ...X },
        y: {
          field: "ms",
          type: "quantitative",
          title: null,
          scale: { type: "log", nice: false, padding: 6 },
          axis: {
            ...Y_EXTENT,
            tickCount: 5,
            labelOverlap: "greedy",
            labelExpr: LABEL,
            gridOpacity: { condition: { test: IS_ROUND, value: 1 }, value: 0 },
          },
        },
        color: {
          field: "quantile",
          type: "nominal",
          legend: null,
          scale: { domain: ["p99", "p95", "p50"], range: ["var(--p99)", "var(--p95)", "var(--p50)"] },
        },
      },
    },
  ],
  [
    { field: "time", title: "time" },
    { field: "p50", title: "p50" },
    { field: "p95", title: "p95" },
    { field: "p99", title: "p99" },
  ],
);
