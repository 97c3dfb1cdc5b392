import type { TopLevelSpec } from "vega-lite";

type Layered = Extract<TopLevelSpec, { layer: unknown }>;
type Layer = Layered["layer"][number];

const X = {
  field: "at",
  type: "ordinal",
  sort: { field: "order" },
  title: null,
  scale: { paddingInner: 0.14, paddingOuter: 0.07 },
  axis: { labelAngle: 0, labelOverlap: "greedy", labelSeparation: 8 },
} as const;

/** Makes room for every bar, also where nothing was found. Data set `bars`: {at, order}. */
const barsLayer: Layer = {
  data: { name: "bars" },
  mark: { type: "rule", opacity: 0 },
  encoding: { x: X, y: { datum: 0, type: "quantitative" } },
};

const Y = { type: "quantitative", title: null, axis: { tickCount: 4, format: "~s", minExtent: 40 } } as const;

const overRuns = (layers: readonly Layer[]): TopLevelSpec => ({
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  width: 720,
  height: 150,
  autosize: { type: "fit-x", contains: "padding" },
  layer: [barsLayer, ...layers],
});

const tooltip = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([field, title]) => ({ field, title, type: "nominal" as const }));

/** Data set `verdicts`: {at, order, outcome, word, low, high, count}. */
export const verdictsPlot: TopLevelSpec = overRuns([
  {
    data: { name: "verdicts" },
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: X,
      y: { field: "low", ...Y },
      y2: { field: "high" },
      color: {
        field: "outcome",
        type: "nominal",
        legend: null,
        scale: {
          domain: ["holds", "unknown", "broken", "none"],
          range: ["var(--ok)", "var(--fail)", "var(--broken)", "var(--muted)"],
        },
      },
      tooltip: tooltip({ at: "when", word: "verdict", count: "runs" }),
    },
  },
]);

/** Data set `anomalies`: {at, order, slot, type, low, high, count}. */
export const anomaliesPlot: TopLevelSpec = overRuns([
  {
    data: { name: "anomalies" },
    mark: { type: "bar", tooltip: true },
    encoding: {
      x: X,
      y: { field: "low", ...Y },
      y2: { field: "high" },
      color: {
        field: "slot",
        type: "nominal",
        legend: null,
        scale: {
          domain: [0, 1, 2, 3, 4],
          range: ["var(--broken)", "var(--info)", "var(--fail)", "var(--ok)", "var(--muted)"],
        },
      },
      tooltip: tooltip({ at: "when", type: "type", count: "anomalies" }),
    },
  },
]);

/** Data sets `metric`: {at, order, value, alarm, text, run}; `threshold`: {threshold}. */
export const metricPlot: TopLevelSpec = overRuns([
  {
    data: { name: "threshold" },
    mark: { type: "rule", stroke: "var(--broken)", strokeDash: [5, 4] },
    encoding: { y: { field: "threshold", ...Y } },
  },
  {
    data: { name: "metric" },
    mark: { type: "point", filled: true, size: 60, opacity: 0.85, tooltip: true },
    encoding: {
      x: X,
      y: { field: "value", ...Y },
      color: {
        field: "alarm",
        type: "nominal",
        legend: null,
        scale: { domain: ["fine", "alarm"], range: ["var(--ok)", "var(--broken)"] },
      },
      tooltip: tooltip({ at: "when", run: "run", text: "value" }),
    },
  },
]);
