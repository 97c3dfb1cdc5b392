import { z } from "zod";
import { contradictionSchema } from "./contradiction.ts";
import { RUN_FORMAT, VERDICT_FORMAT } from "./formats.ts";
import { jsonSchema } from "./json.ts";
import { scheduledFaultSchema } from "./nemesis.ts";
import { causeSchema } from "./triage.ts";
import { anomalySchema, expectationSchema, modelResultSchema, modelSchema } from "./verdict.ts";

/** How the harness itself fared, so that its own hiccups are not blamed on the store. Times in nanoseconds. */
export const harnessHealthSchema = z.object({
  /** Delay of the harness's event loop: 50th, 99th percentile and maximum. Zero in virtual time. */
  loopLag: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  /** Moments at which the harness itself stood still for long: its latencies there are not the store's. */
  stalls: z.array(z.object({ at: z.number(), for: z.number() })),
  /** Arrivals under `--rate` that found no free session and were given up. */
  arrivalsDropped: z.int(),
});
export type HarnessHealth = z.infer<typeof harnessHealthSchema>;

/** `run.json`: everything needed to check, report and repeat a run elsewhere. */
export const runRecordSchema = z.object({
  format: z.literal(RUN_FORMAT),
  riftcheck: z.string(),
  /** The exact command that repeats it. */
  command: z.string(),
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  target: z.string(),
  /** The module that exports the target, as the user named it; absent: a target of the registry. */
  module: z.string().optional(),
  workload: z.string(),
  environment: z.enum(["docker", "sim", "process", "existing"]),
  seed: z.string(),
  nodes: z.array(z.string()),
  clients: z.int(),
  /** Operations per second asked for; absent: closed loop. */
  rate: z.number().optional(),
  /** Nanoseconds of operations, before healing and final reads. */
  time: z.int(),
  /** Nanoseconds after which an operation was given up; absent in runs of older versions. */
  operationTimeout: z.int().optional(),
  /** Nanoseconds for which final reads went on while nodes disagreed; absent in runs of older versions. */
  convergeWithin: z.int().optional(),
  /** Nanoseconds of convergence delay that triage accepts; absent: the default. */
  acceptableDelay: z.int().optional(),
  /** Successful operations, and ones that end during each fault, below which nothing is proved; absent in runs of older versions. */
  minimum: z.object({ ok: z.int(), duringFault: z.int() }).optional(),
  faults: z.array(z.string()),
  schedule: z.array(scheduledFaultSchema),
  targetOptions: z.record(z.string(), jsonSchema),
  workloadOptions: z.record(z.string(), jsonSchema),
  expectations: z.array(expectationSchema),
  /** Where the cluster lived: images, versions, addresses; what the store said of itself. */
  cluster: jsonSchema,
  /** Absent while the run is under way, or if the harness was killed. */
  ended: z
    .object({
      how: z.enum(["complete", "interrupted", "failed"]),
      error: z.string().optional(),
      /** When, in run time: faults healed, cluster quiet, final reads done. */
      healedAt: z.number().optional(),
      quietAt: z.number().optional(),
      finishedAt: z.number(),
      /** What the clock of the machine said at time zero of the run: UTC, ISO 8601. Absent in virtual time and in older runs. */
      zeroAt: z.string().optional(),
      health: harnessHealthSchema,
    })
    .optional(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** `verdict.json`, and one line of `check --json`. */
export const verdictDocumentSchema = z.object({
  format: z.literal(VERDICT_FORMAT),
  file: z.string(),
  /** Only these were judged, because somebody asked for no others. Absent: whatever fits the operations. */
  asked: z.array(modelSchema).optional(),
  /** Over the expectations only. */
  valid: z.union([z.boolean(), z.literal("unknown")]),
  /** Why `valid` is what it is, in one line. */
  summary: z.string(),
  models: z.record(z.string(), z.object({ verdict: z.string(), reason: z.string().optional() })),
  results: z.array(modelResultSchema),
  expectations: z.array(
    expectationSchema.extend({ outcome: z.enum(["met", "broken", "undecided", "surprise"]) }),
  ),
  strongest: z.array(modelSchema),
  weakestViolated: z.array(modelSchema),
  anomalies: z.array(anomalySchema),
  /** The anomalies grouped by cause, the worst first; absent where nobody asked. */
  causes: z.array(causeSchema).optional(),
  /** Bugs in riftcheck: findings that cannot both be true. Neither is believed. Absent: none. */
  contradictions: z.array(contradictionSchema).optional(),
  /** All anomalies by type, also those not listed. */
  counts: z.record(z.string(), z.int()),
  /** Measurements of the checkers by name: latencies, staleness, convergence, set durability. */
  stats: z.record(z.string(), jsonSchema),
  /** What the faults did and what became of the data, in sentences. */
  notes: z.array(z.string()).optional(),
  warnings: z.array(z.string()),
  elapsedMs: z.number(),
});
export type VerdictDocument = z.infer<typeof verdictDocumentSchema>;

const quantilesSchema = z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() });

/**
 * `stats.lag` of registers, `stats["set-lag"]` of sets: how far behind the reads of each node were over time, final ones left out; and when each node had caught up after each
 * healing that left no fault in force. Nanoseconds. What was lost for good does not count: nobody can catch up with it.
 */
export const lagStatsSchema = z.object({
  /** Reads count in the bucket in which they began. */
  from: z.number(),
  bucket: z.number(),
  nodes: z.record(
    z.string(),
    z.object({
      reads: z.int(),
      stale: z.int(),
      /** Over the stale reads. */
      behind: quantilesSchema,
      /** By bucket, the read furthest behind: 0 where all were up to date, `null` where there was none. */
      worst: z.array(z.number().nullable()),
    }),
  ),
  healings: z.array(
    z.object({
      /** Id of the fault, when it was healed, and when the next one began or the last read did. */
      fault: z.int(),
      at: z.number(),
      until: z.number(),
      nodes: z.record(
        z.string(),
        z.object({
          reads: z.int(),
          /** Reads that lack what was known before the healing: the last of them began `lower` after it. */
          stale: z.int(),
          lower: z.number(),
          /** When the next read that lacks none of it had ended; `null`: there was none. */
          upper: z.number().nullable(),
        }),
      ),
    }),
  ),
});
export type LagStats = z.infer<typeof lagStatsSchema>;

/** `stats.staleness`: of ok reads outside the final phase. */
export const stalenessStatsSchema = z.object({
  reads: z.int(),
  stale: z.int(),
  /** Nanoseconds behind, quantiles over the stale reads. */
  behind: z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() }),
  versionsBehind: z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() }),
  /** Stale reads by the node that answered. */
  byNode: z.record(
    z.string(),
    z.object({
      reads: z.int(),
      stale: z.int(),
      maxBehind: z.number(),
      /** As above, over the stale reads of this node. */
      behind: quantilesSchema,
      versionsBehind: quantilesSchema,
    }),
  ),
  /** Histogram of nanoseconds behind: upper bounds (powers of two of a microsecond) and counts, stale reads only. */
  histogram: z.array(z.object({ upTo: z.number(), count: z.int() })),
  /**
   * How likely a read is stale by the time since the newest version was known (t-visibility, Bailis et al. 2012): reads that
   * began at most `upTo` nanoseconds after it, and how many of them certainly showed an older one.
   */
  visibility: z.array(z.object({ upTo: z.number(), reads: z.int(), stale: z.int() })),
});
export type StalenessStats = z.infer<typeof stalenessStatsSchema>;

/** `stats.convergence`: after updates stopped and the last fault was healed (`from`). Nanoseconds since then. */
export const convergenceStatsSchema = z.object({
  from: z.number(),
  keys: z.int(),
  divergedKeys: z.int(),
  nodes: z.record(
    z.string(),
    z.object({
      /** The node had caught up after `lower` (the last disagreeing read) and before `upper` (the next agreeing one). */
      lower: z.number(),
      upper: z.number().nullable(),
      disagreeingReads: z.int(),
    }),
  ),
});
export type ConvergenceStats = z.infer<typeof convergenceStatsSchema>;

/** `stats.set`: durability of set elements. */
export const setStatsSchema = z.object({
  attempts: z.int(),
  acknowledged: z.int(),
  /** Acknowledged, and on no node at the end. */
  lost: z.int(),
  /** Never acknowledged, but read, and on no node at the end; runs of older versions count them as lost. */
  vanished: z.int().default(0),
  diverged: z.int(),
  stale: z.int(),
  neverRead: z.int(),
  /** Unacknowledged adds that were read all the same. */
  recovered: z.int(),
  unexpected: z.int(),
  /** Nanoseconds until an acknowledged element was seen by every later read: quantiles over the stale ones. */
  staleLatency: z.object({ p50: z.number(), p95: z.number(), p99: z.number(), max: z.number() }),
  /** The lost and vanished elements themselves (at most 1 000), with when and by which node each was acknowledged or shown. */
  lostElements: z.array(
    z.object({
      key: z.string(),
      element: jsonSchema,
      acknowledgedAt: z.number(),
      /** Nobody acknowledged it: a read showed it, at that time. */
      onlyRead: z.boolean().default(false),
      node: z.string().nullable(),
      process: z.int(),
    }),
  ),
});
export type SetStats = z.infer<typeof setStatsSchema>;
