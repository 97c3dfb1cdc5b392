import { contradictionWords } from "#core/contradiction-words";
import type { History } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import { anomalyGroups, reportCauses } from "./data/anomalies.ts";
import { availabilityOf } from "./data/availability.ts";
import { faultBands } from "./data/faults.ts";
import { countOperations } from "./data/operations.ts";
import { type LogTexts, logsOf } from "./data/logs.ts";
import { promisesOf } from "./data/promises.ts";
import { runFacts } from "./data/run-facts.ts";
import { clocksOf } from "./data/clocks.ts";
import { nodeSeriesOf, ofClients, seriesOf } from "./data/series.ts";
import { statsOf } from "./data/stats.ts";
import { timelineOf } from "./data/timeline.ts";
import { unjudgedOf } from "./data/unjudged.ts";
import { type Span, spanOf } from "./data/times.ts";
import { printable } from "./printable.ts";
import { REPORT_FORMAT, type ReportData, type ReportMetric } from "./schema.ts";
import { outcomeOf } from "./words.ts";

export interface ReportInput {
  /** Absent for a history that was recorded by somebody else. */
  readonly run?: RunRecord;
  readonly verdict: VerdictDocument;
  readonly history: History;
  /** What the nodes wrote, by `<node>/<process>.log`; absent where it was not kept. */
  readonly logs?: LogTexts;
  /** Of the run, with their thresholds. */
  readonly metrics?: readonly ReportMetric[];
}

/** Aggregates a run into what its report shows. Pure; time and memory linear in the operations. */
export function reportData({ run, verdict, history, logs, metrics }: ReportInput): ReportData {
  const span = spanOf(history, run?.ended?.finishedAt);
  const faults = faultBands(history);
  const { groups, witnessRows } = anomalyGroups(verdict, history, faults);
  const { problems, ...stats } = statsOf(verdict, faults);
  const clients = ofClients(history);
  return {
    format: REPORT_FORMAT,
    title: titleOf(run, verdict),
    source: printable(verdict.file, 300),
    outcome: outcomeOf(verdict.valid),
    summary: printable(verdict.summary),
    strongest: verdict.strongest,
    weakestViolated: verdict.weakestViolated,
    promises: promisesOf(verdict),
    unjudged: unjudgedOf(verdict, history),
    isOrderTold: isOrderTold(history),
    anomalies: groups,
    causes: reportCauses(verdict),
    operations: countOperations(history, span),
    from: span.from,
    to: span.to,
    series: seriesOf(clients, span) ?? null,
    nodeSeries: nodeSeriesOf(clients, history.nodeNames, span) ?? null,
    clocks: clocksOf(history, faults, span.to),
    faults,
    availability: availabilityOf(history, faults, span) ?? null,
    metrics:
      metrics?.map((metric) => ({
        ...metric,
        name: printable(metric.name, 60),
        basis: printable(metric.basis, 300),
      })) ?? null,
    ...stats,
    timeline: timelineOf(history, span, witnessRows) ?? null,
    logs: logs === undefined ? null : logsOf(logs, run?.ended?.zeroAt, span),
    health: run?.ended?.health ?? null,
    run: run === undefined ? null : runFacts(run),
    missing: [...missingParts(run, history, span), ...problems],
    notes: (verdict.notes ?? []).map((note) => printable(note)),
    warnings: [
      ...new Set([
        ...(verdict.contradictions ?? []).map(contradictionWords),
        ...verdict.warnings,
        ...history.warnings,
      ]),
    ].map((warning) => printable(warning)),
    checkedInMs: verdict.elapsedMs,
  };
}

function titleOf(run: RunRecord | undefined, verdict: VerdictDocument): string {
  if (run !== undefined) return printable(`${run.target} · ${run.workload}`, 120);
  const name = verdict.file.split(/[\\/]/).findLast((part) => part !== "") ?? "history";
  return printable(name, 120);
}

function missingParts(run: RunRecord | undefined, history: History, span: Span): string[] {
  const missing: string[] = [];
  if (run === undefined) {
    missing.push(
      "There is no run record beside this history: configuration, seed and harness health are unknown.",
    );
  } else if (run.ended === undefined) {
    missing.push(
      "The run was cut off: its record has no end. This report shows what had been recorded until then.",
    );
  } else if (run.ended.how !== "complete") {
    missing.push(`The run was ${run.ended.how} before its end; final reads may be missing.`);
  }
  if (history.length === 0) missing.push("The history holds no operation.");
  else if (!span.timed)
    missing.push(
      "The history carries no times: there are no rates or latencies, and the timeline shows order only.",
    );
  if (history.faults.length === 0) missing.push(noFaultSentence(run));
  return missing;
}

const noFaultSentence = (run: RunRecord | undefined): string =>
  run === undefined || run.faults.length === 0
    ? "No fault was injected, so nothing here shows how the store behaves under faults."
    : "Faults were asked for, but the history records none.";

const isOrderTold = (history: History): boolean =>
  history.keys.some((_, key) => {
    const { type, order } = history.objectOf(key);
    return type === "register" && (order === "version" || order === "value");
  });
