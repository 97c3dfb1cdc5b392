import type { RunRecord, VerdictDocument } from "#core/run";
import { loadReportAssets } from "../../reports/assets.ts";
import { reportData, type ReportInput } from "../../reports/data.ts";
import { renderHtml } from "../../reports/html.ts";
import { type JunitMetrics, renderJunit } from "../../reports/junit.ts";
import type { RunFolder } from "../store/run-folder.ts";

/** Writes everything that is derived from a run's history: verdict, report, JUnit without metrics. */
export function writeReport(folder: RunFolder, input: ReportInput & { readonly run: RunRecord }): void {
  folder.writeVerdict(input.verdict);
  writeJunit(folder, input.verdict, { run: input.run });
  folder.writeText("report", renderHtml(reportData(input), loadReportAssets()));
}

/** Again with the metrics, once they are known. `gate`: alarms are failures. */
export function writeJunit(
  folder: RunFolder,
  verdict: VerdictDocument,
  { run, metrics = [], gate = false }: { readonly run: RunRecord } & JunitMetrics,
): void {
  folder.writeText("junit", renderJunit(verdict, run, { metrics, gate }));
}
