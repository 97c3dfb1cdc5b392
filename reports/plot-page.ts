import { createHash } from "node:crypto";
import type { ReportAssets } from "./assets.ts";
import { html, isolated, Markup, scriptJson } from "./markup.ts";
import { overTimeSection, stalenessSection } from "./page/plots.ts";
import type { ReportData } from "./schema.ts";

/** A main plot of a run as a page of its own, for a picture of it. */
export interface PlotPage {
  readonly name: "time" | "staleness";
  readonly html: string;
  /** CSS pixels that the page takes at a width of `PLOT_WIDTH`. */
  readonly height: number;
}

export const PLOT_WIDTH = 960;

/** Room for title, sentences, legends and drawings; what is left over at the bottom is empty. */
const HEIGHT = { time: 960, staleness: 1_000 } as const;

/** The plots that this run has. The pages load nothing, as the report. */
export function plotPages(data: ReportData, assets: ReportAssets): PlotPage[] {
  const wanted: PlotPage["name"][] = [
    ...(data.series === null ? [] : ["time" as const]),
    ...(data.staleness === null || data.staleness.stale === 0 ? [] : ["staleness" as const]),
  ];
  return wanted.map((name) => ({ name, html: pageOf(name, data, assets), height: HEIGHT[name] }));
}

function pageOf(name: PlotPage["name"], data: ReportData, { script, style, plots }: ReportAssets): string {
  const { title, lead, body } = name === "time" ? overTimeSection(data) : stalenessSection(data);
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; img-src data:`;
  const slim = { ...data, anomalies: [], promises: [], warnings: [], missing: [], timeline: null };
  return html`<!doctype html>
<html lang="en" data-theme="light">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>${title}</title><style>${new Markup(style)}</style></head>
<body>
<div hidden><button type="button" id="theme"></button></div>
<div class="columns"><main><p class="note">${isolated(data.title)}</p><h2>${title}</h2>${lead ? html`<p class="lead">${lead}</p>` : null}${body}</main></div>
<script type="application/json" id="data">${scriptJson(slim)}</script>
<script type="text/plain" id="plots">${plots}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;
