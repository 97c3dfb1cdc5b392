import type { History } from "#core/history";
import type { LagStats, StalenessStats } from "#core/run";
import { MICROSECOND, type Nanoseconds } from "#core/units";
import { NodeLags } from "../node-lags.ts";
import { quantilesOf } from "../quantiles.ts";
import type { ReadLag, Visibility } from "./stale-reads.ts";

interface OfNode {
  reads: number;
  readonly behind: number[];
  readonly versions: number[];
}

/** Collects `stats.staleness`. */
export class StalenessStatistics {
  readonly #history: History;
  /** By node id + 1; 0: no node named. */
  readonly #nodes: readonly OfNode[];
  /** By power of two of a microsecond since the newest version was known: reads, and how many of them did not show it. */
  readonly #visibility: { reads: number; stale: number }[] = [];
  readonly #lags: NodeLags;

  constructor(history: History) {
    this.#history = history;
    this.#lags = new NodeLags(history);
    this.#nodes = Array.from({ length: history.nodeNames.length + 1 }, () => ({
      reads: 0,
      behind: [],
      versions: [],
    }));
  }

  add(row: number, lag: ReadLag | undefined, visibility: Visibility | undefined): void {
    const node = this.#nodes[this.#history.node[row]! + 1]!;
    node.reads++;
    this.#lags.add(row, lag === undefined || lag.versions === 0 ? 0 : lag.behind);
    if (visibility !== undefined) this.#addVisibility(visibility);
    if (lag === undefined || lag.versions === 0) return;
    node.behind.push(lag.behind);
    node.versions.push(lag.versions);
  }

  result(): StalenessStats {
    const behind = this.#nodes.flatMap((node) => node.behind);
    return {
      reads: this.#nodes.reduce((sum, { reads }) => sum + reads, 0),
      stale: behind.length,
      behind: quantilesOf(behind),
      versionsBehind: quantilesOf(this.#nodes.flatMap(({ versions }) => versions)),
      byNode: Object.fromEntries(
        this.#history.nodeNames.flatMap((name, id) => {
          const node = this.#nodes[id + 1]!;
          return node.reads === 0 ? [] : [[name, ofNode(node)]];
        }),
      ),
      histogram: histogramOf(behind),
      visibility: trimmed(this.#visibility, ({ reads }) => reads > 0),
    };
  }

  /** `stats.lag`. */
  lag(): LagStats {
    return this.#lags.result();
  }

  #addVisibility({ since, isFresh }: Visibility): void {
    const bucket = bucketOf(since);
    while (this.#visibility.length <= bucket) this.#visibility.push({ reads: 0, stale: 0 });
    this.#visibility[bucket]!.reads++;
    if (!isFresh) this.#visibility[bucket]!.stale++;
  }
}

function ofNode({ reads, behind, versions }: OfNode): StalenessStats["byNode"][string] {
  const quantiles = quantilesOf(behind);
  return {
    reads,
    stale: behind.length,
    maxBehind: quantiles.max,
    behind: quantiles,
    versionsBehind: quantilesOf(versions),
  };
}

/** The least power of two of a microsecond that is not below the duration. */
function bucketOf(duration: Nanoseconds): number {
  const microseconds = Math.ceil(duration / MICROSECOND);
  if (microseconds <= 1) return 0;
  return microseconds <= 2 ** 32 ? 32 - Math.clz32(microseconds - 1) : Math.ceil(Math.log2(microseconds));
}

function histogramOf(durations: readonly number[]): StalenessStats["histogram"] {
  const counts: { count: number }[] = [];
  for (const duration of durations) {
    const bucket = bucketOf(duration);
    while (counts.length <= bucket) counts.push({ count: 0 });
    counts[bucket]!.count++;
  }
  return trimmed(counts, ({ count }) => count > 0);
}

/** With upper bounds, powers of two of a microsecond; empty ones between the first and the last are kept. */
function trimmed<T>(
  buckets: readonly T[],
  isUsed: (bucket: T) => boolean,
): ({ readonly upTo: number } & T)[] {
  const first = buckets.findIndex(isUsed);
  return buckets.map((bucket, i) => ({ upTo: MICROSECOND * 2 ** i, ...bucket })).slice(Math.max(0, first));
}
