import { parse, type Spec } from "vega";
import { compile, type Config, type TopLevelSpec } from "vega-lite";
import { clocksPlot } from "./clocks.ts";
import { lagPlot } from "./lag.ts";
import { latencyPlot } from "./latency.ts";
import { nodesPlot } from "./nodes.ts";
import { ratePlot } from "./rate.ts";
import { stalenessPlot } from "./staleness.ts";
import { tailPlot } from "./tail.ts";
import { anomaliesPlot, metricPlot, verdictsPlot } from "./trend.ts";
import { visibilityPlot } from "./visibility.ts";

const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** Colours are the page's own variables, so that a plot follows the page between light and dark. */
const CONFIG: Config = {
  background: "transparent",
  font: FONT,
  padding: { left: 0, right: 0, top: 6, bottom: 0 },
  view: { stroke: null },
  axis: {
    domain: false,
    ticks: false,
    gridColor: "var(--line)",
    labelColor: "var(--muted)",
    labelFontSize: 12,
    labelPadding: 6,
    titleColor: "var(--muted)",
    titleFontSize: 12,
    titleFontWeight: "normal",
  },
  axisX: { grid: false, domain: true, domainColor: "var(--line)" },
};

/** Each plot as the dataflow that the page's small runtime runs: no compiler and no `eval` in the page. */
export function compilePlots(): Record<string, unknown> {
  return compiled({
    latency: latencyPlot,
    rate: ratePlot,
    staleness: stalenessPlot,
    visibility: visibilityPlot,
    tail: tailPlot,
    lag: lagPlot,
    nodes: nodesPlot,
    clocks: clocksPlot,
  });
}

/** Those of the page of many runs. */
export function compileTrendPlots(): Record<string, unknown> {
  return compiled({ verdicts: verdictsPlot, anomalies: anomaliesPlot, metric: metricPlot });
}

const compiled = (plots: Readonly<Record<string, TopLevelSpec>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(plots).map(([name, spec]) => [name, dataflow(spec)]));

function dataflow(spec: TopLevelSpec): unknown {
  const vega: Spec = compile(spec, { config: CONFIG }).spec;
  return parse(vega, {}, { ast: true });
}
