import { FLAG, type History, NONE, STATUS } from "#core/history";
import type { Json } from "#core/json";
import { FUNCTIONS } from "#core/functions";
import {
  type ConvergenceStats,
  convergenceStatsSchema,
  setStatsSchema,
  stalenessStatsSchema,
} from "#core/run";
import { type Nanoseconds, SECOND } from "#core/units";
import { quantilesOf } from "../../checkers/quantiles.ts";
import {
  type Latency,
  type Metric,
  type MetricName,
  METRICS,
  METRICS_FORMAT,
  METRIC_NAMES,
  type MetricsDocument,
  type Thresholds,
} from "./schema.ts";
import type { StoreEvent } from "./store-events.ts";

/** What the metrics of a run are computed from. */
export interface Measured {
  readonly history: History;
  /** Of the verdict: what the checkers measured. */
  readonly stats: Readonly<Record<string, Json>>;
  readonly events: readonly StoreEvent[];
  /** How long operations went on. */
  readonly time: Nanoseconds;
}

type Reading = Pick<Metric, "value" | "basis">;

export const DEFAULT_THRESHOLDS: Thresholds = Object.fromEntries(
  METRIC_NAMES.map((name) => [name, METRICS[name].threshold]),
) as Record<MetricName, number>;

/** Pure: the same run has the same metrics. O(operations). */
export function measure(run: Measured, thresholds: Thresholds = DEFAULT_THRESHOLDS): MetricsDocument {
  const readings: Readonly<Record<MetricName, Reading>> = {
    replication_lag_seconds: replicationLag(run),
    conflict_rate_per_min: conflictRate(run),
    repair_success_rate: repairRate(run),
    write_error_rate: writeErrors(run),
  };
  return {
    format: METRICS_FORMAT,
    metrics: METRIC_NAMES.map((name) => metricOf(name, readings[name], thresholds[name])),
    latencies: latenciesOf(run.history),
  };
}

function metricOf(name: MetricName, { value, basis }: Reading, threshold: number): Metric {
  const { unit, alarm } = METRICS[name];
  const isOver = value !== null && (alarm === "above" ? value > threshold : value < threshold);
  return { name, value, unit, threshold, alarm, breached: isOver || basis === NEVER, basis };
}

const NEVER = "the replicas never became equal";

/**
 * The longest time after which some replica still lacked what had been acknowledged: what reads prove, so the true lag is at
 * least that. Reads that no node answered, such as those of a cache, tell nothing of replicas.
 */
function replicationLag({ stats }: Measured): Reading {
  const lags: { readonly lag: Nanoseconds; readonly basis: string }[] = [];
  for (const [name, value] of Object.entries(stats)) {
    if (name !== "staleness" && !name.startsWith("staleness@")) continue;
    for (const [node, { maxBehind }] of Object.entries(stalenessStatsSchema.parse(value).byNode)) {
      lags.push({ lag: maxBehind, basis: `the stalest read of ${node}` });
    }
  }
  const set = stats["set"] === undefined ? undefined : setStatsSchema.parse(stats["set"]);
  if (set !== undefined) lags.push({ lag: set.staleLatency.max, basis: "the element that came last" });
  const convergence = stats["convergence"] === undefined ? undefined : convergenceOf(stats["convergence"]);
  if (convergence !== undefined && convergence.divergedKeys > 0) return { value: null, basis: NEVER };
  for (const [node, { lower }] of Object.entries(convergence?.nodes ?? {})) {
    lags.push({ lag: lower, basis: `${node} after healing` });
  }
  const worst = lags.toSorted((a, b) => b.lag - a.lag)[0];
  if (worst === undefined) return { value: null, basis: "no read tells how far behind a replica was" };
  return { value: worst.lag / SECOND, basis: worst.lag === 0 ? "no read was stale" : worst.basis };
}

const convergenceOf = (stats: Json): ConvergenceStats => convergenceStatsSchema.parse(stats);

/** What the store tells; else every set of siblings that some read showed, once. */
function conflictRate({ history, events, time }: Measured): Reading {
  const perMinute = (count: number): number => (count * 60 * SECOND) / Math.max(time, 1);
  const told = events.filter(({ event }) => event === "conflict").length;
  if (told > 0) return { value: perMinute(told), basis: "conflicts that the store told of" };
  const hasSiblings = history.keys.some((_, key) => history.objectOf(key).siblings);
  if (!hasSiblings && events.length > 0) return { value: 0, basis: "the store told of no conflict" };
  if (!hasSiblings) return { value: null, basis: "no read shows siblings, and the store tells nothing" };
  const seen = new Set<string>();
  for (let row = 0; row < history.length; row++) {
    if ((history.flags[row]! & FLAG.list) === 0 || !history.objectOf(history.key[row]!).siblings) continue;
    const siblings = history.elementsOf(row);
    if (siblings.length > 1)
      seen.add(`${history.key[row]}:${[...siblings].toSorted((a, b) => a - b).join()}`);
  }
  return { value: perMinute(seen.size), basis: "different siblings that reads showed" };
}

function repairRate({ events }: Measured): Reading {
  const rounds = events.filter((event) => event.event === "repair");
  if (rounds.length === 0) return { value: null, basis: "the store told of no round of anti-entropy" };
  const complete = rounds.filter((round) => round.complete).length;
  return { value: (100 * complete) / rounds.length, basis: `${rounds.length} rounds that the store told of` };
}

const READS: ReadonlySet<number> = new Set(
  (["read", "contains", "poll"] as const).map((f) => FUNCTIONS.indexOf(f)),
);
/** Errors that say nothing of the store's availability: the request was wrong, or the run was over. */
const NO_FAULT_OF_THE_STORE: readonly string[] = ["rejected", "stopping"];

function writeErrors({ history }: Measured): Reading {
  let [all, failed] = [0, 0];
  for (let row = 0; row < history.length; row++) {
    if (READS.has(history.f[row]!)) continue;
    const error = history.error[row]! === NONE ? undefined : history.errorCodes[history.error[row]!];
    if (error !== undefined && NO_FAULT_OF_THE_STORE.includes(error)) continue;
    all++;
    if (history.status[row] !== STATUS.ok) failed++;
  }
  if (all === 0) return { value: null, basis: "nothing was written" };
  return { value: (100 * failed) / all, basis: `${failed} of ${all} updates` };
}

/** By operation and level, in order of their names. */
function latenciesOf(history: History): Latency[] {
  const durations = new Map<string, { f: string; level: string | undefined; times: number[] }>();
  for (let row = 0; row < history.length; row++) {
    if (history.status[row] !== STATUS.ok || (history.flags[row]! & FLAG.final) !== 0) continue;
    const [f, level] = [FUNCTIONS[history.f[row]!]!, history.levelOf(row)];
    const name = `${f}@${level ?? ""}`;
    const group = durations.get(name) ?? { f, level, times: [] };
    group.times.push(history.retTime[row]! - history.invTime[row]!);
    durations.set(name, group);
  }
  return [...durations.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { f, level, times }]) => ({
      f,
      ...(level === undefined ? {} : { level }),
      count: times.length,
      ...quantilesOf(times),
    }));
}
