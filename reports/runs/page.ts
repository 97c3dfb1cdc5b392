import { formatDuration } from "#core/units";
import { type Content, html, isolated, Markup, scriptJson } from "../markup.ts";
import { plot } from "../page/plots.ts";
import { nothing } from "../page/section.ts";
import type { ReportAssets } from "../assets.ts";
import { count, grouped, VALID_WORDS } from "../words.ts";
import { differingOptions } from "./differences.ts";
import type { Mark, MarkedRun } from "./marks.ts";
import { METRIC_LABELS, reportHref, shortNumber, startText } from "./phrases.ts";
import type { RowMetric, RunRow } from "./row.ts";

/** What the page's script needs besides the table; `packed`: the rows as JSON, deflated, base64. */
export interface RunsPageParts {
  readonly title: string;
  readonly runs: readonly MarkedRun[];
  readonly assets: ReportAssets;
  readonly packed: string;
  /** Sources that the policy allows: hashes of the script and the style. */
  readonly hashes: { readonly script: string; readonly style: string };
}

/**
 * Many runs as one page that loads nothing: a table that reads without JavaScript, and what the script needs to filter it,
 * to draw trends and to compare two runs. `runs`: newest first.
 */
export function runsPage({ title, runs, assets, packed, hashes }: RunsPageParts): string {
  const policy = `default-src 'none'; script-src '${hashes.script}'; style-src '${hashes.style}'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title} – riftcheck</title>
<style>${new Markup(assets.style)}</style>
</head>
<body>
<a class="skip" href="#runs">Skip to the runs</a>
<div class="top"><span class="brand">riftcheck</span><button type="button" id="theme" hidden>Theme: auto</button></div>
<div class="columns wide"><main>
<header class="overview"><h1>${isolated(title)}</h1><p class="lead">${overview(runs)}</p></header>
<noscript><p class="notice">Filters, trends and comparisons need JavaScript; the table is here without it.</p></noscript>
<div id="all">
${filters(runs)}
${trends()}
<section id="runs" aria-labelledby="runs-title"><h2 id="runs-title">Runs</h2><p class="note" id="shown" role="status"></p>${runs.length === 0 ? nothing("There is no run folder here.") : runsTable(runs)}</section>
<div class="choice" id="choice" hidden><span id="chosen"></span><button type="button" id="compare" disabled>Compare</button><button type="button" id="forget">Choose none</button></div>
</div>
<section id="comparison" aria-labelledby="comparison-title" hidden><h2 id="comparison-title" tabindex="-1">Two runs side by side</h2><p class="note"><a href="#" id="back">Back to all runs</a></p><div id="compared"></div></section>
<footer>This file is complete and loads nothing from anywhere.</footer>
</main></div>
<script type="application/json" id="data">${scriptJson({ packed })}</script>
<script type="text/plain" id="plots">${assets.plots}</script>
<script>${new Markup(assets.script)}</script>
</body>
</html>
`.text;
}

function overview(runs: readonly MarkedRun[]): string {
  const having = (outcome: RunRow["outcome"]): number =>
    runs.filter(({ row }) => row.outcome === outcome).length;
  const parts = [
    `${grouped(having("broken"))} broken`,
    `${grouped(having("unknown"))} undecided`,
    `${grouped(having("holds"))} held`,
    ...(having(null) > 0 ? [`${grouped(having(null))} without a verdict`] : []),
  ];
  return `${count(runs.length, "run")}: ${parts.join(", ")}.`;
}

function filters(runs: readonly MarkedRun[]): Markup {
  const rows = runs.map(({ row }) => row);
  const names = (of: (row: RunRow) => readonly (string | null)[]): string[] =>
    [...new Set(rows.flatMap(of))].filter((name) => name !== null).sort();
  const choice = (name: string, label: string, options: Content): Markup =>
    html`<label>${label}<select name="${name}" disabled><option value="">all</option>${options}</select></label>`;
  const option = (value: string, label: string = value): Markup =>
    html`<option value="${value}">${label}</option>`;
  return html`<form id="filters" class="filters" role="search" aria-label="Which runs">
${choice("target", "Target", names(({ target }) => [target]).map((name) => option(name)))}
${choice("workload", "Workload", names(({ workload }) => [workload]).map((name) => option(name)))}
${choice("fault", "Fault", [option("-", "none"), ...names(({ faults }) => faults).map((name) => option(name))])}
${choice("verdict", "Verdict", [
  option("broken", VALID_WORDS.broken.word),
  option("unknown", VALID_WORDS.unknown.word),
  option("holds", VALID_WORDS.holds.word),
  option("none", "No verdict"),
  option("regressed", "Regressed or new"),
])}
<label class="text">Text<input name="text" type="search" autocomplete="off" spellcheck="false" disabled></label>
<button type="reset" disabled>Show all</button></form>`;
}

/** Filled by the script, of the runs that the filters leave. */
const trends = (): Markup =>
  html`<section id="trend" aria-labelledby="trend-title" hidden><h2 id="trend-title">Trend</h2><p class="lead" id="trend-lead"></p><div class="trends">
${plot("verdicts", "Runs by verdict", "", [
  { colour: "ok", label: VALID_WORDS.holds.word },
  { colour: "fail", label: VALID_WORDS.unknown.word },
  { colour: "broken", label: VALID_WORDS.broken.word },
])}
<div id="anomaly-trend">${plot("anomalies", "Anomalies by type", "", [{ colour: "broken", label: "" }])}</div>
<div id="metric-trend"><label class="metric">Metric <select id="metric"></select></label>${plot("metric", "Metric of each run", "", [
    { colour: "ok", label: "within its threshold" },
    { colour: "broken", label: "alarm" },
  ])}</div>
</div></section>`;

const HEAD = [
  "",
  "Started (UTC)",
  "Target, workload",
  "Options that differ",
  "Faults",
  "Seed",
  "Verdict",
  "Anomalies",
  "Metrics",
  "Run time",
];

function runsTable(runs: readonly MarkedRun[]): Markup {
  const options = differingOptions(runs.map(({ row }) => row));
  return html`<div class="scroll" role="region" aria-label="Runs" tabindex="0"><table class="runs"><thead><tr>${HEAD.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead><tbody>${runs.map((run, i) => tableRow(run, i, options.get(run.row.path) ?? []))}</tbody></table></div>`;
}

function tableRow({ row, marks }: MarkedRun, i: number, options: readonly string[]): Markup {
  const cells: readonly Content[] = [
    html`<input type="checkbox" data-run="${i}" aria-label="Compare ${row.path}" disabled>`,
    startCell(row),
    [
      html`<span>${isolated(row.target ?? "?")} ${isolated(row.workload ?? "")}</span>`,
      small(row.environment),
    ],
    options.map((text) => html`<span class="option">${isolated(text)}</span>`),
    row.faults.length === 0 ? html`<small>none</small>` : isolated(row.faults.join(", ")),
    isolated(row.seed ?? "–"),
    verdictCell(row, marks),
    anomalyCell(row, marks),
    row.metrics.map(metricText),
    row.duration === null ? "–" : formatDuration(row.duration),
  ];
  return html`<tr data-row="${i}">${cells.map((cell, at) => html`<td data-name="${HEAD[at] ?? ""}">${cell}</td>`)}</tr>`;
}

const small = (text: string | null): Content =>
  text === null ? null : html`<small>${isolated(text)}</small>`;

function startCell(row: RunRow): Content {
  const text = row.startedAt === null ? row.path : startText(row.startedAt);
  return row.hasReport
    ? html`<a href="${reportHref(row.path)}" title="${row.path}">${isolated(text)}</a>`
    : html`<span title="${row.path}">${isolated(text)}</span>`;
}

const OUTCOME_CLASS = { holds: "good", broken: "bad", unknown: "unsure" } as const;

function verdictCell(row: RunRow, marks: readonly Mark[]): Content {
  const { outcome } = row;
  const word =
    outcome === null
      ? html`<span class="note">– No verdict</span>`
      : html`<span class="${OUTCOME_CLASS[outcome]}" title="${row.summary ?? ""}">${VALID_WORDS[outcome].mark} ${VALID_WORDS[outcome].word}</span>`;
  const verdictMarks = marks.filter(({ kind }) => kind === "regressed" || kind === "better");
  const how = row.how === null || row.how === "complete" ? [] : [row.how];
  return [
    word,
    badges([...verdictMarks.map(markBadge), ...how.map((text) => html`<span class="mark">${text}</span>`)]),
    row.missing.map((sentence) => html`<small class="lacks">${isolated(sentence)}</small>`),
  ];
}

const badges = (all: readonly Markup[]): Content =>
  all.length === 0 ? null : html`<span class="marks">${all}</span>`;
const markBadge = ({ kind, text }: Mark): Markup =>
  html`<span class="mark ${kind}" title="${text}">${kind}</span>`;

/** Types a cell names; the others are counted. */
const MAX_TYPES = 4;

function anomalyCell({ anomalies }: RunRow, marks: readonly Mark[]): Content {
  const types = Object.entries(anomalies).sort(([, a], [, b]) => b - a);
  const fresh = marks.filter(({ kind }) => kind === "new" || kind === "again");
  const rest = types.length - MAX_TYPES;
  return [
    types
      .slice(0, MAX_TYPES)
      .map(([type, n]) => html`<span class="option">${isolated(type)} × ${grouped(n)}</span>`),
    rest > 0 ? html`<small>and ${count(rest, "type")} more</small>` : null,
    badges(fresh.map(markBadge)),
  ];
}

function metricText(metric: RowMetric): Content {
  if (metric.value === null && !metric.breached) return null;
  const label = METRIC_LABELS[metric.name] ?? metric.name;
  const value = metric.value === null ? "?" : `${shortNumber(metric.value)} ${metric.unit}`;
  const title = `${metric.name}: alarm ${metric.alarm} ${metric.threshold} ${metric.unit}`;
  return html`<span class="option${metric.breached ? " bad" : ""}" title="${title}">${metric.breached ? "✗" : "✓"} ${isolated(`${label} ${value}`)}</span>`;
}
