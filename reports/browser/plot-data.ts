import { formatDuration } from "#core/units";
import { percent, secondsText } from "../phrases.ts";
import type { PageData } from "../page-data.ts";
import type { Series } from "../schema.ts";
import { grouped } from "../words.ts";

type Rows = Record<string, readonly object[]>;

const SECOND = 1e9;
const MILLISECOND = 1e6;

/** The data sets of one plot, by the names its specification uses. */
export function plotData(name: string, data: PageData): Rows {
  if (name === "staleness") return { staleness: stalenessRows(data) };
  if (name === "visibility") return { visibility: visibilityRows(data) };
  const series = data.series;
  if (series === null) return {};
  const frame = { span: spanRows(data), faults: faultRows(data), buckets: bucketRows(series, data.to) };
  return name === "latency"
    ? { ...frame, latency: latencyRows(series) }
    : { ...frame, rate: rateRows(series, data.to) };
}

const spanRows = (data: PageData): object[] => [{ at: data.from / SECOND }, { at: data.to / SECOND }];

const faultRows = (data: PageData): object[] =>
  data.faults.map((fault) => ({ from: fault.from / SECOND, to: (fault.to ?? data.to) / SECOND }));

const startOf = (series: Series, i: number): number => series.from + i * series.bucket;

function bucketRows(series: Series, end: number): object[] {
  return series.ok.map((ok, i) => ({
    from: startOf(series, i) / SECOND,
    to: Math.min(end, startOf(series, i + 1)) / SECOND,
    time: secondsText(startOf(series, i)),
    ok: grouped(ok),
    fail: grouped(series.fail[i] ?? 0),
    info: grouped(series.info[i] ?? 0),
    p50: durationOf(series.p50[i]),
    p95: durationOf(series.p95[i]),
    p99: durationOf(series.p99[i]),
  }));
}

const durationOf = (ns: number | null | undefined): string =>
  ns === null || ns === undefined ? "–" : formatDuration(ns);

/** The axis is logarithmic: what took no time at all is drawn as one nanosecond. */
function latencyRows(series: Series): object[] {
  return (["p99", "p95", "p50"] as const).flatMap((quantile) =>
    series[quantile].map((ns, i) => ({
      at: (startOf(series, i) + series.bucket / 2) / SECOND,
      quantile,
      ms: ns === null ? null : Math.max(1, ns) / MILLISECOND,
    })),
  );
}

function rateRows(series: Series, end: number): object[] {
  const perSecond = SECOND / series.bucket;
  return series.ok.flatMap((_, i) => {
    let low = 0;
    return (["ok", "fail", "info"] as const).flatMap((outcome) => {
      const high = low + (series[outcome][i] ?? 0) * perSecond;
      const row = {
        from: startOf(series, i) / SECOND,
        to: Math.min(end, startOf(series, i + 1)) / SECOND,
        outcome,
        low,
        high,
      };
      low = high;
      return row.high > row.low ? [row] : [];
    });
  });
}

function stalenessRows(data: PageData): object[] {
  const histogram = data.staleness?.histogram ?? [];
  const stale = data.staleness?.stale ?? 0;
  return histogram.map(({ upTo, count }, order) => ({
    order,
    label: `≤ ${formatDuration(upTo)}`,
    range: `up to ${formatDuration(upTo)} (${percent(count, stale)} of stale reads)`,
    count,
  }));
}

function visibilityRows(data: PageData): object[] {
  return (data.staleness?.visibility ?? [])
    .filter(({ reads }) => reads > 0)
    .map(({ upTo, reads, stale }, order) => ({
      order,
      label: `≤ ${formatDuration(upTo)}`,
      range: `at most ${formatDuration(upTo)}`,
      of: `${percent(stale, reads)} (${grouped(stale)} of ${grouped(reads)} reads)`,
      share: stale / reads,
    }));
}
