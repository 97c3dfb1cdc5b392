import { FLAG, type History, NONE, STATUS } from "#core/history";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { printable } from "../printable.ts";
import type { NodeSeries, Series } from "../schema.ts";
import { quantiles } from "./operations.ts";
import { endOf, type Span } from "./times.ts";

/** As many as a plot of a page's width can show apart. */
const MAX_BUCKETS = 200;
/** Fewer operations per bucket than this and quantiles are noise. */
const OPERATIONS_PER_BUCKET = 10;
const MIN_BUCKETS = 20;

/** The columns that a series is made of: those of a history, or of what the page knows of one. */
export interface Timed {
  readonly length: number;
  readonly status: ArrayLike<number>;
  readonly invTime: ArrayLike<number>;
  readonly retTime: ArrayLike<number>;
}

/** What clients did: final reads come at another pace, and would dwarf it. All rows, where there is nothing else. */
export function ofClients(history: History): Timed & Pick<History, "node"> {
  const rows = [...history.flags.keys()].filter((row) => ((history.flags[row] as number) & FLAG.final) === 0);
  if (rows.length === 0 || rows.length === history.length) return history;
  const of = (column: ArrayLike<number>) => Float64Array.from(rows, (row) => column[row] as number);
  return {
    length: rows.length,
    status: of(history.status),
    invTime: of(history.invTime),
    retTime: of(history.retTime),
    node: Int32Array.from(rows, (row) => history.node[row] as number),
  };
}

/** Rates by outcome and latency quantiles over time; `undefined` where no time was recorded. */
export function seriesOf(history: Timed, span: Span): Series | undefined {
  if (!span.timed || history.length === 0) return undefined;
  const { bucket, buckets, bucketOf } = bucketsOf(history, span);
  const rates = { ok: zeros(buckets), fail: zeros(buckets), info: zeros(buckets) };
  for (let row = 0; row < history.length; row++) {
    const counts = rates[outcomeOf(history.status[row] as number)];
    const at = bucketOf(endOf(history, row) ?? (history.invTime[row] as number));
    counts[at] = (counts[at] as number) + 1;
  }
  return { from: span.from, bucket, ...rates, ...latencySeries(history, rates.ok, bucketOf) };
}

/** More nodes than this nobody tells apart in a plot. */
const MAX_NODES = 12;

/** How many operations of each node succeeded and did not; `undefined` where no time was recorded or no node named. */
export function nodeSeriesOf(
  history: Timed & { readonly node: ArrayLike<number> },
  nodeNames: readonly string[],
  span: Span,
): NodeSeries | undefined {
  if (!span.timed || history.length === 0 || nodeNames.length === 0) return undefined;
  const { bucket, buckets, bucketOf } = bucketsOf(history, span);
  const byNode = new Map<number, { ok: number[]; bad: number[]; total: number }>();
  for (let row = 0; row < history.length; row++) {
    const node = history.node[row] as number;
    const counts = byNode.get(node) ?? { ok: zeros(buckets), bad: zeros(buckets), total: 0 };
    byNode.set(node, counts);
    const outcome = history.status[row] === STATUS.ok ? counts.ok : counts.bad;
    const at = bucketOf(endOf(history, row) ?? (history.invTime[row] as number));
    outcome[at] = (outcome[at] as number) + 1;
    counts.total++;
  }
  const shown = [...byNode].toSorted(([, a], [, b]) => b.total - a.total).slice(0, MAX_NODES);
  return {
    from: span.from,
    bucket,
    nodes: shown
      .map(([id, { ok, bad }]) => ({
        node: id === NONE ? null : printable(nodeNames[id] ?? "?", 60),
        ok,
        bad,
      }))
      .toSorted((a, b) => (a.node ?? "\uffff").localeCompare(b.node ?? "\uffff", "en", { numeric: true })),
    leftOut: byNode.size - shown.length,
  };
}

interface Buckets {
  readonly bucket: Nanoseconds;
  readonly buckets: number;
  readonly bucketOf: (at: Nanoseconds) => number;
}

function bucketsOf(history: Timed, span: Span): Buckets {
  const wanted = Math.min(MAX_BUCKETS, Math.max(MIN_BUCKETS, history.length / OPERATIONS_PER_BUCKET));
  const bucket = bucketWidth((span.to - span.from) / wanted);
  const buckets = Math.floor((span.to - span.from) / bucket) + 1;
  const bucketOf = (at: Nanoseconds): number =>
    Math.min(buckets - 1, Math.max(0, Math.floor((at - span.from) / bucket)));
  return { bucket, buckets, bucketOf };
}

const zeros = (length: number): number[] => new Array<number>(length).fill(0);

const outcomeOf = (status: number): "ok" | "fail" | "info" =>
  status === STATUS.ok ? "ok" : status === STATUS.fail ? "fail" : "info";

/** Whole milliseconds where the run is long enough for them, so that axes read well. */
function bucketWidth(width: Nanoseconds): Nanoseconds {
  const grain = width >= 10 * MILLISECOND ? MILLISECOND : 1;
  return Math.max(1, Math.ceil(width / grain) * grain);
}

/** Sorts all latencies into one array, bucket after bucket, then reads each bucket's quantiles off. */
function latencySeries(
  history: Timed,
  perBucket: readonly number[],
  bucketOf: (at: Nanoseconds) => number,
): Pick<Series, "p50" | "p95" | "p99"> {
  const ends = new Float64Array(perBucket.length);
  let total = 0;
  for (let i = 0; i < perBucket.length; i++) {
    ends[i] = total;
    total += perBucket[i] as number;
  }
  const starts = ends.slice();
  const latencies = new Float64Array(total);
  for (let row = 0; row < history.length; row++) {
    const end = history.status[row] === STATUS.ok ? endOf(history, row) : undefined;
    if (end === undefined) continue;
    const at = bucketOf(end);
    latencies[ends[at] as number] = end - (history.invTime[row] as number);
    ends[at] = (ends[at] as number) + 1;
  }
  const result = { p50: [] as (number | null)[], p95: [] as (number | null)[], p99: [] as (number | null)[] };
  for (let i = 0; i < perBucket.length; i++) {
    const slice = latencies.subarray(starts[i], ends[i]);
    const q = slice.length === 0 ? undefined : quantiles(slice.sort());
    result.p50.push(q?.p50 ?? null);
    result.p95.push(q?.p95 ?? null);
    result.p99.push(q?.p99 ?? null);
  }
  return result;
}
