import type { TopLevelSpec } from "vega-lite";
import { IS_ROUND, LABEL } from "./logarithmic.ts";

const X = {
  type: "quantitative",
  title: null,
  scale: { type: "log", nice: false, padding: 14 },
  axis: {
    grid: true,
    domain: false,
    tickCount: 6,
    labelOverlap: "greedy",
    labelExpr: LABEL,
    gridOpacity: { condition: { test: IS_ROUND, value: 1 }, value: 0 },
  },
} as const;

const Y = {
  field: "node",
  type: "nominal",
  sort: { field: "order" },
  title: null,
  axis: { grid: false, labelLimit: 110, minExtent: 52 },
} as const;

const TIPS = [
  { field: "node", title: "node", type: "nominal" },
  { field: "what", title: "of its stale reads", type: "nominal" },
  { field: "text", title: "behind", type: "nominal" },
] as const;

/**
 * As high as the page makes it, for its rows. Data sets `tail`: {node, order, quantile, ms, what, text}; `reach`: {node, order, from, to (ms)}; `ends`:
 * {ms}: round ends of the axis. One row for each node.
 */
export const tailPlot: TopLevelSpec = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  width: 720,
  height: 90,
  autosize: { type: "fit-x", contains: "padding" },
  layer: [
    {
      data: { name: "ends" },
      mark: { type: "point", opacity: 0 },
      encoding: { x: { field: "ms", ...X } },
    },
    {
      data: { name: "reach" },
      mark: { type: "rule", stroke: "var(--line)", strokeWidth: 6, strokeCap: "round" },
      encoding: { y: Y, x: { field: "from", ...X }, x2: { field: "to" } },
    },
    {
      data: { name: "tail" },
      mark: { type: "point", filled: true, size: 110, opacity: 1, tooltip: true },
      encoding: {
        y: Y,
        x: { field: "ms", ...X },
        color: {
          field: "quantile",
          type: "nominal",
          legend: null,
          scale: {
            domain: ["p50", "p95", "p99", "max"],
            range: ["var(--p50)", "var(--p95)", "var(--p99)", "var(--broken)"],
          },
        },
        tooltip: [...TIPS],
      },
    },
  ],
};
