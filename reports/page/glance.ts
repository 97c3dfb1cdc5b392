import { type Content, html, type Markup } from "../markup.ts";
import { aboutText, faultText } from "../phrases.ts";
import type { AnomalyGroup, ReportAnomaly, ReportData, Series } from "../schema.ts";
import { ANOMALY_WORDS, count } from "../words.ts";
import { rowsOf } from "./rows.ts";

const RATE_HEIGHT = 56;
const FAULT_HEIGHT = 9;
const MARK_HEIGHT = 14;
const GAP = 3;

/**
 * The whole run in one strip: how many operations succeeded, when faults were in force, when something went wrong.
 * Horizontal places are percentages, so that it fits any width without a script.
 */
export function glance(data: ReportData): Content {
  const { series, faults } = data;
  if (series === null || data.to <= data.from) return null;
  const percentAt = (at: number): number => ((at - data.from) / (data.to - data.from)) * 100;
  const rows = rowsOf(faults, data.to);
  const faultHeight = faults.length === 0 ? 0 : (Math.max(...rows) + 1) * (FAULT_HEIGHT + GAP) + GAP;
  const marks = wrongMoments(data);
  const markTop = RATE_HEIGHT + faultHeight;
  const height = markTop + (marks.length > 0 ? MARK_HEIGHT : 0);
  return html`<figure class="glance">
<svg width="100%" height="${height}" role="img" aria-label="${describe(data, marks.length)}">
${faults.map((fault) => bar("band", percentAt(fault.from), percentAt(fault.to ?? data.to), 0, height))}
${rateBars(series, percentAt, data.to)}
${faults.map((fault, i) => html`<g><title>${faultText(fault)}, ${aboutText(fault.from)}</title>${bar("fault", percentAt(fault.from), percentAt(fault.to ?? data.to), RATE_HEIGHT + GAP + (rows[i] ?? 0) * (FAULT_HEIGHT + GAP), FAULT_HEIGHT)}</g>`)}
${marks.map((at) => html`<rect class="wrong" x="${fixed(percentAt(at))}%" y="${markTop + 2}" width="2" height="${MARK_HEIGHT - 2}" rx="1"/>`)}
</svg>
<figcaption><span>${aboutText(data.from)}</span><span class="key"><span><i class="swatch ok"></i>operations per second</span>${failed(series) ? html`<span><i class="swatch fail"></i>failed or indefinite</span>` : null}${faults.length > 0 ? html`<span><i class="swatch fault"></i>faults</span>` : null}${marks.length > 0 ? html`<span><i class="swatch wrong"></i>${marksText(data)}</span>` : null}</span><span>${aboutText(data.to)}</span></figcaption>
</figure>`;
}

const failed = ({ fail, info }: Series): boolean => [...fail, ...info].some((count) => count > 0);

const fixed = (value: number): string => value.toFixed(3);

const bar = (name: string, from: number, to: number, y: number, height: number): Markup =>
  html`<rect class="${name}" x="${fixed(from)}%" y="${y}" width="${fixed(Math.max(0.2, to - from))}%" height="${height}"/>`;

function rateBars(series: Series, percentAt: (at: number) => number, end: number): Content {
  const totals = series.ok.map((ok, i) => ok + (series.fail[i] ?? 0) + (series.info[i] ?? 0));
  const most = Math.max(1, ...totals);
  const scale = (RATE_HEIGHT - 4) / most;
  return series.ok.map((ok, i) => {
    const from = percentAt(series.from + i * series.bucket);
    const to = percentAt(Math.min(end, series.from + (i + 1) * series.bucket));
    const good = ok * scale;
    const bad = ((totals[i] ?? 0) - ok) * scale;
    return [
      ok > 0 ? piece("ok", from, to, RATE_HEIGHT - good, good) : null,
      bad > 0 ? piece("fail", from, to, RATE_HEIGHT - good - bad, bad) : null,
    ];
  });
}

/** Bars touch; this much overlap, in percent, hides the seams between them. */
const SEAM = 0.08;

const piece = (name: string, from: number, to: number, y: number, height: number): Markup =>
  html`<rect class="${name}" x="${fixed(from)}%" y="${y.toFixed(1)}" width="${fixed(Math.max(0, to - from) + SEAM)}%" height="${height.toFixed(1)}"/>`;

/** When lost elements were acknowledged and when each anomaly was complete. */
function wrongMoments(data: ReportData): number[] {
  const moments = [
    ...data.anomalies.flatMap((group) => group.anomalies.map((anomaly) => momentOf(group.type, anomaly))),
    ...(data.set?.lostElements ?? []).map((lost) => lost.acknowledgedAt),
  ];
  const step = (data.to - data.from) / 400;
  const places = new Set(moments.flatMap((at) => (at === null ? [] : Math.round((at - data.from) / step))));
  return [...places].sort((a, b) => a - b).map((place) => data.from + place * step);
}

const momentOf = (type: AnomalyGroup["type"], { from, to }: ReportAnomaly): number | null =>
  ANOMALY_WORDS[type].wrongAt === "first" ? from : to;

const marksText = (data: ReportData): string => {
  const lost = data.set?.lost ?? 0;
  const other = data.anomalies.some((group) => group.type !== "lost-element");
  return lost > 0 ? (other ? "losses and other anomalies" : "acknowledged, then lost") : "anomalies";
};

const describe = (data: ReportData, marks: number): string =>
  `The run from ${aboutText(data.from)} to ${aboutText(data.to)}: operations per second, ${count(data.faults.length, "fault")}, ${count(marks, "moment")} at which something went wrong.`;
