import type { TopLevelSpec } from "vega-lite";

/** Data set `staleness`: {label (upper bound, for people), order, count, range}. One bar per power of two. */
export const stalenessPlot: TopLevelSpec = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  width: 720,
  height: 180,
  autosize: { type: "fit-x", contains: "padding" },
  data: { name: "staleness" },
  mark: { type: "bar", fill: "var(--stale)", tooltip: true },
  encoding: {
    x: {
      field: "label",
      type: "ordinal",
      sort: { field: "order" },
      title: null,
      scale: { paddingInner: 0.14, paddingOuter: 0.07 },
      axis: { labelAngle: 0, labelOverlap: "greedy", labelSeparation: 6 },
    },
    y: {
      field: "count",
      type: "quantitative",
      title: null,
      stack: null,
      axis: { tickCount: 4, format: "~s" },
    },
    tooltip: [
      { field: "range", title: "behind", type: "nominal" },
      { field: "count", title: "stale reads", type: "quantitative", format: "," },
    ],
  },
};
