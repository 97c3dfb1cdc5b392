import { formatDuration } from "#core/units";
import { type Content, html, type Markup } from "../markup.ts";
import { aboutText, faultText, percent } from "../phrases.ts";
import type { FaultBand, ReportData, Series } from "../schema.ts";
import { nodeLegend } from "./nodes.ts";
import { type LegendEntry, legend, nothing, type Section } from "./section.ts";
import { count, grouped } from "../words.ts";

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
          nodesPlot(data, band),
        ];
  return { id: "time", title: "Rate and latency over time", lead: null, body };
}

function nodesPlot({ nodeSeries }: ReportData, band: readonly LegendEntry[]): Markup {
  if (nodeSeries === null)
    return nothing("The history names no nodes: what each of them did cannot be told apart.");
  const { nodes, leftOut } = nodeSeries;
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
  const worst = nodes
    .map(({ node, ok, bad }) => ({ node, bad: sum(bad), total: sum(ok) + sum(bad) }))
    .toSorted((a, b) => b.bad / Math.max(1, b.total) - a.bad / Math.max(1, a.total))[0];
  const text =
    worst === undefined || worst.bad === 0
      ? "No operation failed on any of them."
      : `Most trouble on ${worst.node ?? "a node that is not named"}: ${percent(worst.bad, worst.total)} of ${grouped(worst.total)} failed or stayed indefinite.`;
  const rest = leftOut > 0 ? ` ${count(leftOut, "node")} with fewer operations not shown.` : "";
  return plot("nodes", "Operations and errors by node, all rows to one scale", `${text}${rest}`, [
    { colour: "ok", label: "ok" },
    { colour: "fail", label: "failed or indefinite" },
    ...band,
  ]);
}

/** How far clocks were off, and on which nodes. */
export function clocksPart({ clocks, faults }: ReportData): Markup {
  if (clocks.length === 0)
    return nothing("No fault touched a clock, and how far clocks were off by themselves was not measured.");
  const worst = clocks.toSorted((a, b) => farthest(b) - farthest(a))[0];
  const text =
    worst === undefined
      ? ""
      : `At most ${formatDuration(farthest(worst))} off, on ${worst.node} (${worst.fault}).`;
  return plot("clocks", "Clock skew", `${text} As the faults set them; filled: flipping to and fro.`, [
    ...nodeLegend([...new Set(clocks.map(({ node }) => node))]),
    ...(faults.length > 0 ? [{ colour: "band", label: "fault in force" }] : []),
  ]);
}

const farthest = ({ start, end }: ReportData["clocks"][number]): number =>
  Math.max(Math.abs(start), Math.abs(end));

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
export function stalenessSection(data: ReportData): Section {
  const { staleness, lag, set, stalenessLevel } = data;
  const section = { id: "staleness", title: "How stale reads were" };
  const ofSets = lag === null ? undefined : setLead(lag);
  if (staleness === null)
    return set === null || ofSets === undefined
      ? {
          ...section,
          lead: null,
          body: nothing(
            "Staleness was not measured: it needs registers whose version order is known, or sets, and recorded times.",
          ),
        }
      : { ...section, lead: ofSets, body: lagPlots(data) };
  const level = stalenessLevel === "" ? "" : ` of level ${stalenessLevel}`;
  if (staleness.stale === 0)
    return {
      ...section,
      lead: `None of ${grouped(staleness.reads)} reads${level} was stale.`,
      body: null,
    };
  const { behind, versionsBehind } = staleness;
  return {
    ...section,
    lead: `${grouped(staleness.stale)} of ${grouped(staleness.reads)} reads${level} (${percent(staleness.stale, staleness.reads)}) returned a value that had already been overwritten. Half of them were at most ${formatDuration(behind.p50)} behind, 99 % at most ${formatDuration(behind.p99)}, the worst ${formatDuration(behind.max)} and ${count(versionsBehind.max, "version")}.`,
    body: [
      plot(
        "staleness",
        "Stale reads by how far behind they were",
        "Each bar covers twice the time of the one before it.",
        [],
      ),
      lagPlots(data),
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

/** Of sets, what was lost for good left out. */
function setLead({ nodes }: Lag): string {
  const all = Object.values(nodes);
  const [reads, stale] = [
    all.reduce((sum, node) => sum + node.reads, 0),
    all.reduce((sum, node) => sum + node.stale, 0),
  ];
  const lost = "Elements that were lost for good do not count here.";
  if (stale === 0) return `No read missed an element that its node had later. ${lost}`;
  const worst = Math.max(...all.map(({ behind }) => behind.max));
  return `${grouped(stale)} of ${grouped(reads)} reads (${percent(stale, reads)}) missed an element that was known and came later; the worst was ${formatDuration(worst)} behind. ${lost}`;
}

type Lag = NonNullable<ReportData["lag"]>;

/** The tail of each replica, and how far behind each was over time. */
function lagPlots({ lag, faults }: ReportData): Content {
  if (lag === null) return null;
  const late = Object.entries(lag.nodes).filter(([, { stale }]) => stale > 0);
  const [worst] = late.toSorted(([, a], [, b]) => b.behind.max - a.behind.max);
  if (worst === undefined) return null;
  const [name, { behind }] = worst;
  return [
    plot(
      "tail",
      "The tail of each replica",
      `How far behind the stale reads of each node were, logarithmic. The longest: ${name}, ${formatDuration(behind.max)}.`,
      [
        { colour: "dot-p50", label: "half at most" },
        { colour: "dot-p95", label: "95 % at most" },
        { colour: "dot-p99", label: "99 % at most" },
        { colour: "dot-max", label: "the worst" },
      ],
    ),
    plot(
      "lag",
      "Replication lag over time",
      "How far behind the stalest read of each node was that began at that time: the true lag is at least that. Gaps: nobody read there.",
      [
        ...nodeLegend(Object.keys(lag.nodes)),
        ...(faults.length > 0 ? [{ colour: "band", label: "fault in force" }] : []),
      ],
    ),
  ];
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
  return html`<p class="bars-title"><b>Share of stale reads by node</b></p><div class="bars" role="table" aria-label="Stale reads by node">${nodes.map(
    ([name, node]) =>
      html`<div role="row"><span role="cell"><bdi>${name}</bdi></span><svg role="presentation" width="100%" height="14"><rect class="track" width="100%" height="14" rx="2"/><rect class="stale" width="${((100 * node.stale) / Math.max(1, node.reads) / Math.max(most, 1e-9)).toFixed(2)}%" height="14" rx="2"/></svg><span role="cell">${percent(node.stale, node.reads)} <small>${grouped(node.stale)} of ${grouped(node.reads)}${node.stale === 0 ? null : `, up to ${formatDuration(node.maxBehind)}`}</small></span></div>`,
  )}</div>`;
}
