import { z } from "zod";
import { ACCEPTABLE_DELAY } from "#core/triage-classes";
import { SECOND } from "#core/units";

export const METRICS_FORMAT = 1;

/** The metrics, what each is counted in, and on which side of its threshold the alarm is; defaults are those of docs/metrics.md. */
export const METRICS = {
  replication_lag_seconds: {
    unit: "s",
    alarm: "above",
    threshold: ACCEPTABLE_DELAY / SECOND,
    summary:
      "from the acknowledgement of a write until it shows on the last replica, as far as reads prove it",
  },
  conflict_rate_per_min: {
    unit: "/min",
    alarm: "above",
    threshold: 10,
    summary: "concurrent versions of one key that were detected",
  },
  repair_success_rate: {
    unit: "%",
    alarm: "below",
    threshold: 95,
    summary: "rounds of anti-entropy that removed every difference",
  },
  write_error_rate: {
    unit: "%",
    alarm: "above",
    threshold: 0.5,
    summary: "updates that were refused or not confirmed for want of a quorum, a leader or a node",
  },
} as const;
export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];
export type Thresholds = Readonly<Record<MetricName, number>>;

export const metricSchema = z.object({
  name: z.enum(METRIC_NAMES),
  /** Null: nothing in this run tells it. */
  value: z.number().nullable(),
  unit: z.string(),
  threshold: z.number(),
  alarm: z.enum(["above", "below"]),
  breached: z.boolean(),
  /** What it was measured from, or why it was not. */
  basis: z.string(),
});
export type Metric = z.infer<typeof metricSchema>;

const latencySchema = z.object({
  f: z.string(),
  /** Of reads that name one. */
  level: z.string().optional(),
  count: z.int(),
  /** Nanoseconds from invocation to reply, of operations that succeeded. */
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
});
export type Latency = z.infer<typeof latencySchema>;

/** `metrics.json`. */
export const metricsDocumentSchema = z.object({
  format: z.literal(METRICS_FORMAT),
  metrics: z.array(metricSchema),
  latencies: z.array(latencySchema),
});
export type MetricsDocument = z.infer<typeof metricsDocumentSchema>;
