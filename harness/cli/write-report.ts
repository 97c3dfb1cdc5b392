import type { RunRecord } from "#core/run";
import { loadReportAssets } from "../../reports/assets.ts";
import { reportData, type ReportInput } from "../../reports/data.ts";
import { renderHtml } from "../../reports/html.ts";
import { renderJunit } from "../../reports/junit.ts";
import type { RunFolder } from "../store/run-folder.ts";

/** Writes everything that is derived from a run: verdict, report, JUnit. `gate`: alarms of metrics are failures. */
export function writeReport(
  folder: RunFolder,
  input: ReportInput & { readonly run: RunRecord; readonly gate: boolean },
): void {
  const { verdict, run, gate, metrics = [] } = input;
  folder.writeVerdict(verdict);
  folder.writeText("junit", renderJunit(verdict, run, { metrics, gate }));
  folder.writeText("report", renderHtml(reportData(input), loadReportAssets()));
}
