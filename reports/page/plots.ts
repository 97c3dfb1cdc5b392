import { formatDuration } from "#core/units";
import { html, type Markup } from "../markup.ts";
import { aboutText, faultText, percent } from "../phrases.ts";
import type { FaultBand, ReportData, Series } from "../schema.ts";
import { type LegendEntry, legend, nothing, type Section } from "./section.ts";
import { grouped } from "../words.ts";

/** Latency and rate over time. */
export function overTimeSection(data: ReportData): Section {
  const { series } = data;
  const band: LegendEntry[] = data.faults.length > 0 ? [{ colour: "band", label: "fault in force" }] : [];
  const body =
    series === null
      ? nothing("There are no times in this history, or no operations: nothing can be drawn over time.")
      : [
          plot("rate", "Operations per second by outcome", rateText(data, series), [
            { colour: "ok", label: "ok" },
            { colour: "fail", label: "failed" },
            { colour: "info", label: "indefinite" },
            ...band,
          ]),
          plot("latency", "Latency of successful operations", latencyText(series), [
            { colour: "p50", label: "half within (p50)" },
            { colour: "p95", label: "95 % (p95)" },
            { colour: "p99", label: "99 % (p99)" },
            ...band,
          ]),
        ];
  return { id: "time", title: "Rate and latency over time", lead: null, body };
}

/** A place that the page's script fills with the plot of this name. */
export function plot(name: string, title: string, text: string, entries: readonly LegendEntry[]): Markup {
  return html`<figure class="plot"><figcaption><b>${title}</b><span>${text}</span></figcaption>${entries.length > 0 ? legend(entries) : null}<div class="drawing ${name}" data-plot="${name}" role="img" aria-label="${title}. ${text}"></div></figure>`;
}

function rateText(data: ReportData, series: Series): string {
  const seconds = (data.to - data.from) / 1e9;
  const mean = data.operations.total / seconds;
  const quiet = longestWithoutSuccess(series);
  const average = `${mean < 10 ? mean.toFixed(1) : grouped(Math.round(mean))} operations per second on average.`;
  if (quiet === undefined) return average;
  return `${average} Longest time without a single success: ${formatDuration(quiet.length)}, from ${aboutText(quiet.from)}${duringText(data.faults, quiet.from)}.`;
}

/** The longest stretch of at least two buckets in which operations ended, but none with success. */
function longestWithoutSuccess(series: Series): { from: number; length: number } | undefined {
  let best = { at: 0, buckets: 1 };
  for (let at = 0; at < series.ok.length; at++) {
    let end = at;
    let tried = false;
    while (end < series.ok.length && series.ok[end] === 0) {
      tried ||= (series.fail[end] ?? 0) + (series.info[end] ?? 0) > 0;
      end++;
    }
    if (tried && end - at > best.buckets) best = { at, buckets: end - at };
    at = end;
  }
  if (best.buckets < 2) return undefined;
  return { from: series.from + best.at * series.bucket, length: best.buckets * series.bucket };
}

const duringText = (faults: readonly FaultBand[], at: number): string => {
  const fault = faults.find((band) => band.from <= at && (band.to ?? Number.POSITIVE_INFINITY) >= at);
  return fault === undefined ? "" : ` (${faultText(fault)})`;
};

function latencyText(series: Series): string {
  let worst = 0;
  series.p99.forEach((ns, i) => {
    if ((ns ?? -1) > (series.p99[worst] ?? -1)) worst = i;
  });
  const slowest = series.p99[worst];
  if (slowest === null || slowest === undefined) return "No operation succeeded.";
  return `Logarithmic. The slowest moment: ${formatDuration(slowest)} (p99) at ${aboutText(series.from + worst * series.bucket)}.`;
}

/** How far behind stale reads were. */
export function stalenessSection({ staleness }: ReportData): Section {
  const section = { id: "staleness", title: "How stale reads were" };
  if (staleness === null)
    return {
      ...section,
      lead: null,
      body: nothing("Staleness was not measured: it needs keys whose version order is known."),
    };
  if (staleness.stale === 0)
    return {
      ...section,
      lead: null,
      body: nothing(`None of ${grouped(staleness.reads)} reads was stale.`),
    };
  const { behind, versionsBehind } = staleness;
  return {
    ...section,
    lead: `${grouped(staleness.stale)} of ${grouped(staleness.reads)} reads (${percent(staleness.stale, staleness.reads)}) returned a value that had already been overwritten. Half of them were at most ${formatDuration(behind.p50)} behind, 99 % at most ${formatDuration(behind.p99)}, the worst ${formatDuration(behind.max)} and ${grouped(versionsBehind.max)} versions.`,
    body: [
      plot(
        "staleness",
        "Stale reads by how far behind they were",
        "Each bar covers twice the time of the one before it.",
        [],
      ),
      staleness.visibility.some(({ reads }) => reads > 0)
        ? plot(
            "visibility",
            "How likely a read was stale, by the time since the newest write",
            visibilityText(staleness.visibility),
            [],
          )
        : null,
      byNode(staleness),
    ],
  };
}

/** From which time on hardly any read was stale. */
function visibilityText(visibility: NonNullable<ReportData["staleness"]>["visibility"]): string {
  const asked = visibility.filter(({ reads }) => reads > 0);
  const lastStale = asked.findLastIndex(({ stale, reads }) => stale > reads * HARDLY);
  const after = asked[lastStale];
  if (after === undefined) return "Under 1 % however soon it was read.";
  return lastStale === asked.length - 1
    ? `Still ${percent(after.stale, after.reads)} at the longest time there is a read for.`
    : `Under 1 % once ${formatDuration(after.upTo)} had passed.`;
}

const HARDLY = 0.01;

function byNode(staleness: NonNullable<ReportData["staleness"]>): Markup {
  const nodes = Object.entries(staleness.byNode).sort(([a], [b]) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const most = Math.max(...nodes.map(([, node]) => node.stale / Math.max(1, node.reads)));
  return html`<div class="bars" role="table" aria-label="Stale reads by node">${nodes.map(
    ([name, node]) =>
      html`<div role="row"><span role="cell"><bdi>${name}</bdi></span><svg role="presentation" width="100%" height="14"><rect class="track" width="100%" height="14" rx="2"/><rect class="stale" width="${((100 * node.stale) / Math.max(1, node.reads) / Math.max(most, 1e-9)).toFixed(2)}%" height="14" rx="2"/></svg><span role="cell">${percent(node.stale, node.reads)} <small>${grouped(node.stale)} of ${grouped(node.reads)}${node.stale === 0 ? null : `, up to ${formatDuration(node.maxBehind)}`}</small></span></div>`,
  )}</div>`;
}
