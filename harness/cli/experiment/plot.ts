import type { TopLevelSpec } from "vega-lite";
import type { Point } from "../../experiments/experiment.ts";

const CONFIG = { background: "white", font: "sans-serif", axis: { labelLimit: 320 } };

/** The plot as SVG; undefined where Vega is not installed: it is a tool of the checkout, not of the package. */
export async function plotOf(spec: TopLevelSpec, points: readonly Point[]): Promise<string | undefined> {
  const modules = await load();
  if (modules === undefined) return undefined;
  const { vega, vegaLite } = modules;
  const compiled = vegaLite.compile(spec, { config: CONFIG }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: "none", logLevel: vega.Error });
  view.data("points", [...points]);
  return await view.toSVG();
}

async function load() {
  try {
    return { vega: await import("vega"), vegaLite: await import("vega-lite") };
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}
