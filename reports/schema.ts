import {
  convergenceStatsSchema,
  harnessHealthSchema,
  lagStatsSchema,
  setStatsSchema,
  stalenessStatsSchema,
} from "#core/run";
import { TRIAGE_CLASSES } from "#core/triage-classes";
import { ANOMALY_TYPES, EDGE_KINDS, expectationSchema, modelSchema, VERDICTS } from "#core/verdict";
import { z } from "zod";

/**
 * Everything a report shows: the contract between the code that aggregates a run and the page that draws it. Times are
 * nanoseconds since the start of the run. Texts are ready for display (`printable`), but not escaped for any format.
 */

export const REPORT_FORMAT = 1;

const outcomeCountsSchema = z.object({ ok: z.int(), fail: z.int(), info: z.int() });
export type OutcomeCounts = z.infer<typeof outcomeCountsSchema>;

const quantilesSchema = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() });
export type Quantiles = z.infer<typeof quantilesSchema>;

/** A model with what was promised of it and what the history showed. */
const promiseSchema = z.object({
  model: modelSchema,
  /** Level and key pattern, where they narrow it; empty: everything. */
  scope: z.string(),
  /** `null`: nothing was promised, the model was judged all the same. */
  promised: expectationSchema.shape.is.nullable(),
  promisedBecause: z.string().nullable(),
  outcome: z.enum(["met", "broken", "undecided", "surprise"]).nullable(),
  verdict: z.enum(VERDICTS),
  reason: z.string().nullable(),
});
export type ReportPromise = z.infer<typeof promiseSchema>;

const reportOperationSchema = z.object({
  /** Event index of the invocation: what witnesses and the history file name. */
  index: z.int(),
  /** Event index of the completion; `null`: open to the end. Compared with `index`, tells what came first. */
  endIndex: z.int().nullable(),
  process: z.int(),
  /** Who did it, short: `p3`, or the name of the session. */
  who: z.string(),
  f: z.string(),
  /** What was asked and answered, shortest: `w x=7`. */
  label: z.string(),
  key: z.string().nullable(),
  value: z.string(),
  status: z.enum(["ok", "fail", "info"]),
  error: z.string().nullable(),
  node: z.string().nullable(),
  start: z.number(),
  /** `null`: never completed. */
  end: z.number().nullable(),
  final: z.boolean(),
});
export type ReportOperation = z.infer<typeof reportOperationSchema>;

/** Why one operation of a witness comes before another. */
const reportEdgeSchema = z.object({
  /** Places in the list of operations. */
  from: z.int(),
  to: z.int(),
  kind: z.enum(EDGE_KINDS),
  reason: z.string(),
  /** Places in the list of edges of those that this one follows from, all earlier. */
  because: z.array(z.int()),
});
export type ReportEdge = z.infer<typeof reportEdgeSchema>;

const reportAnomalySchema = z.object({
  /** Stays the same for the same verdict: `<type>-<n>`. */
  id: z.string(),
  model: modelSchema,
  level: z.string().nullable(),
  key: z.string().nullable(),
  explanation: z.string(),
  triage: z.object({ class: z.enum(TRIAGE_CLASSES), reason: z.string() }).nullable(),
  /** In order of invocation. */
  operations: z.array(reportOperationSchema),
  /** Operations of the witness beyond those shown. */
  operationsLeftOut: z.int(),
  edges: z.array(reportEdgeSchema),
  /** The span of the witness; `null` when none of it was found in the history. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** Ids of the faults in force at some time of that span. */
  faults: z.array(z.int()),
});
export type ReportAnomaly = z.infer<typeof reportAnomalySchema>;

const anomalyGroupSchema = z.object({
  type: z.enum(ANOMALY_TYPES),
  /** Of this type in all; `anomalies` lists only some. */
  count: z.int(),
  anomalies: z.array(reportAnomalySchema),
});
export type AnomalyGroup = z.infer<typeof anomalyGroupSchema>;

/** Anomalies of one type, class, place and fault. */
const causeSchema = z.object({
  class: z.enum(TRIAGE_CLASSES),
  type: z.enum(ANOMALY_TYPES),
  sentence: z.string(),
  /** How many of the listed anomalies. */
  count: z.int(),
  /** Id of the first of them; `null`: it is not listed. */
  anomaly: z.string().nullable(),
  from: z.number(),
  to: z.number(),
});
export type ReportCause = z.infer<typeof causeSchema>;

const faultBandSchema = z.object({
  id: z.int(),
  fault: z.string(),
  nodes: z.array(z.string()),
  from: z.number(),
  /** `null`: its end was not recorded. */
  to: z.number().nullable(),
  /** Whether the harness saw its effect. */
  confirmed: z.boolean(),
  effect: z.string().nullable(),
  error: z.string().nullable(),
  /** Operations that ended while it was in force. */
  during: outcomeCountsSchema,
});
export type FaultBand = z.infer<typeof faultBandSchema>;

/** Time cut in equal buckets; operations count where they ended. */
const seriesSchema = z.object({
  from: z.number(),
  bucket: z.number(),
  ok: z.array(z.int()),
  fail: z.array(z.int()),
  info: z.array(z.int()),
  /** Latency of the operations that succeeded; `null` where there was none. */
  p50: z.array(z.number().nullable()),
  p95: z.array(z.number().nullable()),
  p99: z.array(z.number().nullable()),
});
export type Series = z.infer<typeof seriesSchema>;

/** The same buckets as the series, node by node: those with most operations. */
const nodeSeriesSchema = z.object({
  from: z.number(),
  bucket: z.number(),
  /** `node` is `null` where the history names none. `bad`: failed or indefinite. */
  nodes: z.array(z.object({ node: z.string().nullable(), ok: z.array(z.int()), bad: z.array(z.int()) })),
  leftOut: z.int(),
});
export type NodeSeries = z.infer<typeof nodeSeriesSchema>;

/** How far clocks were off, as the faults set them: nanoseconds ahead, from one moment to the next. */
const clocksSchema = z.array(
  z.object({
    node: z.string(),
    fault: z.string(),
    from: z.number(),
    to: z.number(),
    /** At the beginning and at the end; between them in a straight line, or flipping (`isFlipping`). */
    start: z.number(),
    end: z.number(),
    isFlipping: z.boolean(),
  }),
);
export type ReportClock = z.infer<typeof clocksSchema>[number];

/** Columns of the operations: zig-zag varints, base64. See `timeline.ts` for what each one holds. */
const timelineSchema = z.object({
  /** `order`: no times were recorded, positions are event indexes. */
  axis: z.enum(["time", "order"]),
  count: z.int(),
  /** Operations beyond those in the columns. */
  leftOut: z.int(),
  /** Nanoseconds (or events) of one unit of `start` and `duration`. */
  unit: z.number(),
  /** Names of the lanes: numbers for clients, then nodes for their final reads. */
  lanes: z.array(z.string()),
  functions: z.array(z.string()),
  keys: z.array(z.string()),
  nodes: z.array(z.string()),
  errors: z.array(z.string()),
  /** Texts of the values that are in the report: those of witnesses and of what is near them, of all where all fit. */
  values: z.string(),
  /** Operations whose value is in the history file only. */
  valuesLeftOut: z.int(),
  encoding: z.enum(["plain", "deflate"]),
  columns: z.object({
    index: z.string(),
    lane: z.string(),
    process: z.string(),
    start: z.string(),
    duration: z.string(),
    f: z.string(),
    flags: z.string(),
    key: z.string(),
    node: z.string(),
    value: z.string(),
    error: z.string(),
  }),
  /** Rows that are in the witness of a listed anomaly, ascending. */
  witnesses: z.array(z.int()),
});
export type Timeline = z.infer<typeof timelineSchema>;

const answeredSchema = z.object({
  ok: z.int(),
  total: z.int(),
  /** The longest stretch without a success, nanoseconds; 0 where nothing failed. */
  silent: z.number(),
});
const nodeAvailabilitySchema = z.object({
  /** `null`: the history does not say which node was asked. */
  node: z.string().nullable(),
  reads: answeredSchema,
  updates: answeredSchema,
});
export type NodeAvailability = z.infer<typeof nodeAvailabilitySchema>;

/** How the store answered while faults were in force, without final reads. */
const availabilitySchema = z.object({
  faults: z.array(z.object({ id: z.int(), nodes: z.array(nodeAvailabilitySchema) })),
  /** Of what succeeded, outside of every fault and overlapping one. */
  latency: z.object({ calm: quantilesSchema.nullable(), faulty: quantilesSchema.nullable() }),
});
export type Availability = z.infer<typeof availabilitySchema>;

const metricSchema = z.object({
  name: z.string(),
  /** `null`: nothing in this run tells it. */
  value: z.number().nullable(),
  unit: z.string(),
  threshold: z.number(),
  alarm: z.enum(["above", "below"]),
  breached: z.boolean(),
  basis: z.string(),
});
export type ReportMetric = z.infer<typeof metricSchema>;

/** Lines of the nodes' logs; times in nanoseconds since the start of the run. */
const logsSchema = z.object({
  lines: z.array(z.object({ at: z.number(), node: z.string(), text: z.string() })),
  /** Lines of the run beyond those listed. */
  leftOut: z.int(),
  /** Lines from before the first operation or after the last. */
  outside: z.int(),
  /** Lines that tell no time of the run, in the order in which they were written: the last ones. */
  untimed: z.array(z.object({ node: z.string(), text: z.string() })),
  untimedLeftOut: z.int(),
});
export type ReportLogs = z.infer<typeof logsSchema>;

const runFactsSchema = z.object({
  target: z.string(),
  workload: z.string(),
  environment: z.string(),
  seed: z.string(),
  startedAt: z.string(),
  riftcheck: z.string(),
  command: z.string(),
  how: z.enum(["complete", "interrupted", "failed", "cut-off"]),
  error: z.string().nullable(),
  healedAt: z.number().nullable(),
  quietAt: z.number().nullable(),
  finishedAt: z.number().nullable(),
  /** Name and value, for reading. */
  configuration: z.array(z.object({ name: z.string(), value: z.string() })),
});
export type RunFacts = z.infer<typeof runFactsSchema>;

export const reportDataSchema = z.object({
  format: z.literal(REPORT_FORMAT),
  title: z.string(),
  /** File or folder the history came from. */
  source: z.string(),
  outcome: z.enum(["holds", "broken", "unknown"]),
  summary: z.string(),
  strongest: z.array(modelSchema),
  weakestViolated: z.array(modelSchema),
  promises: z.array(promiseSchema),
  /** Models of which nothing was found out, and why. */
  unjudged: z.array(z.object({ model: modelSchema, reason: z.string() })),
  /** Whether the store told the order of the versions of some register, and was believed. */
  isOrderTold: z.boolean(),
  anomalies: z.array(anomalyGroupSchema),
  /** The worst first; empty also where nobody asked for triage. */
  causes: z.array(causeSchema),
  operations: outcomeCountsSchema.extend({
    total: z.int(),
    final: z.int(),
    /** Of the operations that succeeded, nanoseconds; `null` if there was none or no time was recorded. */
    latency: quantilesSchema.nullable(),
    byFunction: z.array(outcomeCountsSchema.extend({ f: z.string() })),
    byNode: z.array(outcomeCountsSchema.extend({ node: z.string() })),
    errors: z.array(z.object({ code: z.string(), count: z.int() })),
  }),
  /** Span of the axes of all plots. */
  from: z.number(),
  to: z.number(),
  series: seriesSchema.nullable(),
  nodeSeries: nodeSeriesSchema.nullable(),
  /** Empty: no fault touched a clock. */
  clocks: clocksSchema,
  faults: z.array(faultBandSchema),
  availability: availabilitySchema.nullable(),
  /** `null`: not measured. */
  metrics: z.array(metricSchema).nullable(),
  staleness: stalenessStatsSchema.nullable(),
  /** Of which reads `staleness` and `lag` tell, where levels differ; empty: of all. */
  stalenessLevel: z.string(),
  lag: lagStatsSchema.nullable(),
  convergence: convergenceStatsSchema.nullable(),
  set: setStatsSchema
    .omit({ lostElements: true })
    .extend({
      lostElements: z.array(
        z.object({
          key: z.string(),
          element: z.string(),
          acknowledgedAt: z.number(),
          onlyRead: z.boolean(),
          node: z.string().nullable(),
          process: z.int(),
          faults: z.array(z.int()),
        }),
      ),
    })
    .nullable(),
  timeline: timelineSchema.nullable(),
  logs: logsSchema.nullable(),
  health: harnessHealthSchema.nullable(),
  run: runFactsSchema.nullable(),
  /** What this report cannot show, and why: sentences. */
  missing: z.array(z.string()),
  /** What the faults did to the data, in sentences. */
  notes: z.array(z.string()),
  warnings: z.array(z.string()),
  checkedInMs: z.number(),
});
export type ReportData = z.infer<typeof reportDataSchema>;
