import type { TopLevelSpec } from "vega-lite";

/** Data set `visibility`: {label (upper bound, for people), order, share (0 to 1), range, of}. One bar per power of two. */
export const visibilityPlot: TopLevelSpec = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  width: 720,
  height: 180,
  autosize: { type: "fit-x", contains: "padding" },
  data: { name: "visibility" },
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
      field: "share",
      type: "quantitative",
      title: null,
      stack: null,
      axis: { tickCount: 4, format: "~%" },
    },
    tooltip: [
      { field: "range", title: "began after the write", type: "nominal" },
      { field: "of", title: "stale", type: "nominal" },
    ],
  },
};
