import { formatDuration } from "#core/units";
import { percent, secondsText } from "../phrases.ts";
import type { PageData } from "../page-data.ts";
import type { LagStats } from "#core/run";
import { NODE_COLOURS } from "../page/nodes.ts";
import type { NodeSeries, Series } from "../schema.ts";
import { grouped } from "../words.ts";

type Rows = Record<string, readonly object[]>;

const SECOND = 1e9;
const MILLISECOND = 1e6;

/** The data sets of one plot, by the names its specification uses. */
export function plotData(name: string, data: PageData): Rows {
  if (name === "staleness") return { staleness: stalenessRows(data) };
  if (name === "visibility") return { visibility: visibilityRows(data) };
  if (name === "tail") return tailRows(data);
  const frame = { span: spanRows(data), faults: faultRows(data) };
  if (name === "lag" && data.lag !== null) return { ...frame, ...lagRows(data.lag, data) };
  if (name === "clocks") return { ...frame, ...clockRows(data) };
  if (name === "nodes" && data.nodeSeries !== null) return { ...frame, ...nodeRows(data.nodeSeries, data) };
  const series = data.series;
  if (series === null) return {};
  const buckets = bucketRows(series, data.to);
  return name === "latency"
    ? { ...frame, buckets, latency: latencyRows(series) }
    : { ...frame, buckets, rate: rateRows(series, data.to) };
}

/** Pixels of a plot that has a row for each node; undefined: the plot has its own height. */
export function heightOf(name: string, data: PageData): number | undefined {
  if (name === "nodes") return Math.max(1, data.nodeSeries?.nodes.length ?? 1) * 38;
  if (name === "tail") return Math.max(1, lateNodes(data).length) * 30;
  return undefined;
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

const QUANTILES = [
  ["p50", "half at most"],
  ["p95", "95 % at most"],
  ["p99", "99 % at most"],
  ["max", "the worst"],
] as const;

function tailRows(data: PageData): Rows {
  const ms = (ns: number): number => Math.max(1, ns) / MILLISECOND;
  const shown = lateNodes(data);
  const least = Math.min(...shown.map(([, { behind }]) => ms(behind.p50)));
  const most = Math.max(...shown.map(([, { behind }]) => ms(behind.max)));
  return {
    ends: shown.length === 0 ? [] : [{ ms: roundDown(least) }, { ms: roundUp(most) }],
    reach: shown.map(([node, { behind }], order) => ({
      node,
      order,
      from: ms(behind.p50),
      to: ms(behind.max),
    })),
    tail: shown.flatMap(([node, { behind }], order) =>
      QUANTILES.map(([quantile, what]) => ({
        node,
        order,
        quantile,
        what,
        ms: ms(behind[quantile]),
        text: formatDuration(behind[quantile]),
      })),
    ),
  };
}

/** To 1, 2 or 5 of a power of ten: where the axis has its marks. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([5, 2, 1].find((digit) => digit * power <= value) ?? 1) * power;
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((digit) => digit * power >= value) ?? 10) * power;
}

/** Nodes with stale reads, those with the longest tail first. */
const lateNodes = ({ lag }: PageData): (readonly [string, LagStats["nodes"][string]])[] =>
  Object.entries(lag?.nodes ?? {})
    .filter(([, { stale }]) => stale > 0)
    .sort(([, a], [, b]) => b.behind.max - a.behind.max)
    .slice(0, MOST_NODES);

/** More rows than this nobody compares: the worst ones. */
const MOST_NODES = 16;

function lagRows({ from, bucket, nodes }: LagStats, data: PageData): Rows {
  const names = Object.keys(nodes).sort(byNumber);
  const length = Math.max(0, ...Object.values(nodes).map(({ worst }) => worst.length));
  const places = Array.from({ length }, (_, i) => i).filter(
    (i) => from + (i + 1) * bucket > data.from && from + i * bucket < data.to,
  );
  const at = (i: number): number => Math.min(data.to, Math.max(data.from, from + i * bucket)) / SECOND;
  const behind = (node: string, i: number): number | null => nodes[node]?.worst[i] ?? null;
  return {
    lag: names.flatMap((node, slot) =>
      places.map((i) => {
        const ns = behind(node, i);
        return {
          from: at(i),
          node,
          slot: Math.min(slot, NODE_COLOURS - 1),
          ms: ns === null ? null : ns / MILLISECOND,
        };
      }),
    ),
    buckets: places.map((i) => ({
      from: at(i),
      to: at(i + 1),
      time: secondsText(from + i * bucket),
      text: names
        .flatMap((node) => {
          const ns = behind(node, i);
          return ns === null ? [] : [`${node} ${ns === 0 ? "0" : formatDuration(ns)}`];
        })
        .slice(0, MOST_NODES)
        .join(", "),
    })),
  };
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

function clockRows(data: PageData): Rows {
  const names = [...new Set(data.clocks.map(({ node }) => node))].sort(byNumber);
  const within = data.clocks.filter(({ from, to }) => to > data.from && from < data.to);
  const rows = within.map(({ node, fault, from, to, start, end, isFlipping }) => ({
    from: Math.max(from, data.from) / SECOND,
    to: Math.min(to, data.to) / SECOND,
    start: start / MILLISECOND,
    end: end / MILLISECOND,
    slot: Math.min(names.indexOf(node), NODE_COLOURS - 1),
    isFlipping,
    time: `${secondsText(from)} – ${secondsText(to)}`,
    text: `${node}: ${fault}, ${start === end ? "" : `${signedText(start)} to `}${signedText(end)}`,
  }));
  return {
    clocks: rows.filter(({ isFlipping }) => !isFlipping),
    flips: rows.filter(({ isFlipping }) => isFlipping),
    buckets: rows,
  };
}

const signedText = (ns: number): string => `${ns < 0 ? "−" : "+"}${formatDuration(Math.abs(ns))}`;

/** Share of a row that bars may fill. */
const ROW_FILLED = 0.84;

function nodeRows({ from, bucket, nodes }: NodeSeries, data: PageData): Rows {
  const most = Math.max(1, ...nodes.flatMap(({ ok, bad }) => ok.map((n, i) => n + (bad[i] ?? 0))));
  const scale = ROW_FILLED / most;
  const at = (i: number): number => Math.min(data.to, from + i * bucket) / SECOND;
  const bars = nodes.flatMap(({ ok, bad }, place) => {
    const low = nodes.length - 1 - place;
    return ok.flatMap((good, i) => {
      const middle = low + good * scale;
      const high = middle + (bad[i] ?? 0) * scale;
      const bar = { from: at(i), to: at(i + 1) };
      return [
        ...(good > 0 ? [{ ...bar, outcome: "ok", low, high: middle }] : []),
        ...(high > middle ? [{ ...bar, outcome: "bad", low: middle, high }] : []),
      ];
    });
  });
  return {
    nodes: bars,
    names: nodes.map(({ node }, place) => ({
      at: data.from / SECOND,
      middle: nodes.length - 1 - place + ROW_FILLED / 2,
      node: node ?? "–",
    })),
    buckets: (nodes[0]?.ok ?? []).map((_, i) => ({
      from: at(i),
      to: at(i + 1),
      time: secondsText(from + i * bucket),
      text: nodes
        .map(
          ({ node, ok, bad }) =>
            `${node ?? "no node named"} ${grouped(ok[i] ?? 0)} ok${(bad[i] ?? 0) > 0 ? `, ${grouped(bad[i] ?? 0)} failed` : ""}`,
        )
        .join("; "),
    })),
  };
}
