import type { TopLevelSpec } from "vega-lite";

type Layered = Extract<TopLevelSpec, { layer: unknown }>;
type Layer = Layered["layer"][number];

/**
 * What the plots over time share. The page fills the data sets `faults` {from, to}, `buckets` {from, to, …} and `span`
 * {at}: the first and the last moment. All in seconds.
 */
export const X = {
  type: "quantitative",
  title: null,
  scale: { nice: false, zero: false },
  axis: {
    labelExpr: "format(datum.value, ',.4~f') + ' s'",
    tickCount: { signal: "max(2, width / 110)" },
    labelOverlap: true,
  },
} as const;

/** Makes the axis as long as the run, whatever was measured in it. */
const spanLayer: Layer = {
  data: { name: "span" },
  mark: { type: "rule", opacity: 0 },
  encoding: { x: { field: "at", ...X } },
};

const faultLayer: Layer = {
  data: { name: "faults" },
  mark: { type: "rect", fill: "var(--band)" },
  encoding: { x: { field: "from", ...X }, x2: { field: "to" } },
};

/** Room before every plot over time: the same for all, so that moments stand below each other. */
export const Y_EXTENT = { minExtent: 52, maxExtent: 52 } as const;

/** Invisible columns over the whole height that show a bucket's numbers. */
const tipLayer = (tips: readonly { field: string; title: string }[]): Layer => ({
  data: { name: "buckets" },
  mark: { type: "rect", fill: "var(--ink)", fillOpacity: 0, tooltip: true },
  encoding: {
    x: { field: "from", ...X },
    x2: { field: "to" },
    tooltip: tips.map(({ field, title }) => ({ field, title, type: "nominal" as const })),
  },
});

/** A plot over the whole run: faults as bands behind, tips in front. */
export function overTime(
  height: number,
  marks: readonly Layer[],
  tips: readonly { field: string; title: string }[],
): TopLevelSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    width: 720,
    height,
    autosize: { type: "fit-x", contains: "padding" },
    layer: [spanLayer, faultLayer, ...marks, tipLayer(tips)],
  };
}
