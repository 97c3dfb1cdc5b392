import type { RunRecord, VerdictDocument } from "#core/run";
import { SECOND } from "#core/units";

/** A verdict that found nothing and was promised nothing; fields given replace its own. */
export const testVerdict = (fields: Partial<VerdictDocument> = {}): VerdictDocument => ({
  format: 1,
  file: "runs/test/history.jsonl",
  valid: true,
  summary: "all expectations hold",
  models: {},
  results: [],
  expectations: [],
  strongest: [],
  weakestViolated: [],
  anomalies: [],
  counts: {},
  stats: {},
  warnings: [],
  elapsedMs: 12,
  ...fields,
});

/** A complete run of a minute on three nodes. */
export const testRun = (fields: Partial<RunRecord> = {}): RunRecord => ({
  format: 1,
  riftcheck: "0.1.0",
  command: "riftcheck run redis --topology sentinel --workload set --faults partition --time 60s --seed 7",
  startedAt: "2026-11-20T09:30:00.000Z",
  target: "redis",
  workload: "set",
  environment: "docker",
  seed: "7",
  nodes: ["n1", "n2", "n3"],
  clients: 4,
  time: 60 * SECOND,
  faults: ["partition"],
  schedule: [],
  targetOptions: { topology: "sentinel" },
  workloadOptions: {},
  expectations: [],
  cluster: { image: "redis 7.0.15" },
  ended: {
    how: "complete",
    finishedAt: 66 * SECOND,
    healedAt: 61 * SECOND,
    quietAt: 64 * SECOND,
    health: { loopLag: { p50: 1e5, p99: 2e6, max: 9e6 }, stalls: [], arrivalsDropped: 0 },
  },
  ...fields,
});

/** `run` as it is while it is under way, or after its harness was killed. */
export function cutOff(run: RunRecord): RunRecord {
  const { ended: _ended, ...rest } = run;
  return rest;
}
