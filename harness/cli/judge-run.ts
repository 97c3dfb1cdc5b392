import type { History } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import { readHistory } from "../history/read-history.ts";
import { runNotes } from "../judge/notes.ts";
import { insufficiencies, MIN_DURING_FAULT, MIN_OK } from "../judge/sufficiency.ts";
import { DEFAULT_THRESHOLDS, measure } from "../metrics/measure.ts";
import {
  METRICS_FORMAT,
  type MetricsDocument,
  metricsDocumentSchema,
  type Thresholds,
} from "../metrics/schema.ts";
import { storeEventsOf } from "../metrics/store-events.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { Judging } from "./judging.ts";
import { unjudgedIn } from "./strongest-expectation.ts";
import { writeReport } from "./write-report.ts";

export interface JudgedRun {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly verdict: VerdictDocument;
  readonly history: History;
  readonly metrics: MetricsDocument;
}

/** Judges a run's history and writes everything derived from it; also for a run recorded earlier. */
export async function judgeRun(
  folder: RunFolder,
  record: RunRecord,
  asked: {
    readonly minOk?: number | undefined;
    readonly minDuringFault?: number | undefined;
    readonly thresholds?: Thresholds;
    readonly gate?: boolean;
  },
): Promise<JudgedRun> {
  await using judging = new Judging();
  const path = folder.file("history");
  const history = await judging.read(path, (limits) => readHistory(path, { format: "jsonl", ...limits }));
  const judged = await judging.judge(history, {
    expectations: record.expectations,
    acceptableDelay: record.acceptableDelay,
    insufficient: [
      ...endProblems(record),
      ...(record.expectations.some(({ is }) => is === "holds") ? [] : unjudgedIn(history)),
      ...insufficiencies(history, {
        ok: asked.minOk ?? record.minimum?.ok ?? MIN_OK,
        duringFault: asked.minDuringFault ?? record.minimum?.duringFault ?? MIN_DURING_FAULT,
        planned: record.ended?.how === "complete" ? record.schedule.length : 0,
      }),
    ],
  });
  const verdict = { ...judged, notes: runNotes(history.faults, judged, record) };
  const logs = folder.readLogs();
  const metrics = measure(
    { history, stats: verdict.stats, events: storeEventsOf(Object.values(logs)), time: record.time },
    asked.thresholds ?? thresholdsOf(folder),
  );
  folder.writeText("metrics", `${JSON.stringify(metrics, null, 2)}\n`);
  writeReport(folder, {
    run: record,
    verdict,
    history,
    logs,
    metrics: metrics.metrics,
    gate: asked.gate ?? false,
  });
  return { folder, record, verdict, history, metrics };
}

/** The thresholds that the run was measured against before, if it was; else the usual ones. */
function thresholdsOf(folder: RunFolder): Thresholds {
  const measured = folder.readMetrics(metricsDocumentSchema, METRICS_FORMAT)?.metrics ?? [];
  return {
    ...DEFAULT_THRESHOLDS,
    ...Object.fromEntries(measured.map((each) => [each.name, each.threshold])),
  };
}

const endProblems = ({ ended }: RunRecord): string[] =>
  ended === undefined
    ? ["the run did not end: the harness was killed or is still at work"]
    : ended.how === "failed"
      ? [`the run failed: ${ended.error ?? "no reason recorded"}`]
      : [];
