import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { ReportAssets } from "./assets.ts";
import { type Content, html, Markup, scriptJson } from "./markup.ts";
import { anomaliesSection } from "./page/anomalies.ts";
import { overTimeSection, stalenessSection } from "./page/plots.ts";
import { promisesSection } from "./page/promises.ts";
import { convergenceSection, durabilitySection } from "./page/replicas.ts";
import { faultsSection, healthSection, notesSection, operationsSection, repeatSection } from "./page/run.ts";
import { type FoldedParts, renderSection, type Section } from "./page/section.ts";
import { availabilitySection, metricsSection } from "./page/story.ts";
import { timelineSection } from "./page/timeline.ts";
import { verdictBanner } from "./page/verdict.ts";
import { type PageData, pageData } from "./page-data.ts";
import type { ReportData, Timeline } from "./schema.ts";
import { grouped, VALID_WORDS } from "./words.ts";

/**
 * The report as one file that loads nothing: text, tables and pictures of witnesses as markup, the rest as data for the
 * page's script. Its Content-Security-Policy allows exactly the script and the style that riftcheck put in.
 */
export function renderHtml(data: ReportData, assets: ReportAssets): string {
  const folded: FoldedParts = new Map();
  const sections = sectionsOf(data, folded);
  const script = packed(assets.script);
  const policy = `default-src 'none'; script-src '${hashOf(LOADER)}' '${hashOf(assets.script)}'; style-src '${hashOf(assets.style)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${VALID_WORDS[data.outcome].mark} ${data.title} – riftcheck</title>
<link rel="icon" href="${ICON}">
<style>${new Markup(assets.style)}</style>
</head>
<body>
<a class="skip" href="#verdict">Skip to the verdict</a>
<div class="top"><span class="brand">${LOGO}riftcheck</span><button type="button" id="theme" hidden>Theme: auto</button></div>
<div class="columns">
<nav aria-label="Contents"><ol>${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol></nav>
<main>
${verdictBanner(data)}
<noscript><p class="notice">Plots and the timeline need JavaScript; everything else is here without it.</p></noscript>
${sections.map(renderSection)}
<footer>${footer(data)}</footer>
</main>
</div>
<script type="application/json" id="data">${scriptJson(compressed(data))}</script>
<script type="text/plain" id="plots">${assets.plots}</script>
<script type="text/plain" id="folded">${folded.size === 0 ? "" : packed(JSON.stringify(markupOf(folded)))}</script>
<script type="text/plain" id="script">${script}</script>
<script>${new Markup(LOADER)}</script>
</body>
</html>
`;
  return page.text;
}

function sectionsOf(data: ReportData, folded: FoldedParts): Section[] {
  const measured = [
    data.set === null ? [] : durabilitySection(data, folded),
    data.staleness === null ? [] : stalenessSection(data),
    data.convergence === null ? [] : convergenceSection(data),
  ].flat();
  const unmeasured = [
    data.staleness === null ? stalenessSection(data) : [],
    data.convergence === null ? convergenceSection(data) : [],
  ].flat();
  return [
    promisesSection(data),
    anomaliesSection(data, folded),
    availabilitySection(data, folded),
    ...(data.metrics === null ? [] : [metricsSection(data)]),
    ...measured,
    overTimeSection(data),
    faultsSection(data),
    timelineSection(data),
    operationsSection(data),
    ...unmeasured,
    healthSection(data),
    repeatSection(data),
    notesSection(data),
  ];
}

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

/** Unpacks the page's script and runs it: the security policy admits it by its own hash, as it does this. */
const LOADER = `(async()=>{const t=atob(document.getElementById("script").textContent),b=Uint8Array.from(t,c=>c.charCodeAt(0)),s=document.createElement("script");s.textContent=await new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();document.body.append(s)})()`;

const packed = (text: string): string => deflateRawSync(text, { level: 9 }).toString("base64");

const markupOf = (folded: FoldedParts): Record<string, string> =>
  Object.fromEntries([...folded].map(([name, { text }]) => [name, text]));

function compressed(data: ReportData): PageData {
  const page = pageData(data);
  return page.timeline === null ? page : { ...page, timeline: deflated(page.timeline) };
}

function deflated(timeline: Timeline): Timeline {
  const pack = (plain: string): string =>
    deflateRawSync(Buffer.from(plain, "base64"), { level: 9 }).toString("base64");
  const columns = Object.fromEntries(
    Object.entries(timeline.columns).map(([name, plain]) => [name, pack(plain)]),
  );
  return {
    ...timeline,
    encoding: "deflate",
    values: pack(timeline.values),
    columns: columns as Timeline["columns"],
  };
}

const footer = ({ run, checkedInMs }: ReportData): Content =>
  html`${run === null ? "riftcheck" : `riftcheck ${run.riftcheck}`} · checked in ${grouped(Math.round(checkedInMs))} ms · this file is complete and loads nothing from anywhere`;

/** Two bars that a rift displaces. */
const LOGO = html`<svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true"><path class="logo" d="M2 5h7l-2 4H2zM11 5h7v4H9zM2 12h5l-2 4H2zM9 12h9v4H7z"/></svg>`;
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20'%3E%3Cpath fill='%232f6db3' d='M2 5h7l-2 4H2zM11 5h7v4H9zM2 12h5l-2 4H2zM9 12h9v4H7z'/%3E%3C/svg%3E";
