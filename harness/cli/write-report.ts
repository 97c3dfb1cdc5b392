import type { History } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import { loadReportAssets } from "../../reports/assets.ts";
import { reportData } from "../../reports/data.ts";
import { renderHtml } from "../../reports/html.ts";
import { renderJunit } from "../../reports/junit.ts";
import type { RunFolder } from "../store/run-folder.ts";

/** Writes everything that is derived from a run: verdict, report, JUnit. */
export function writeReport(
  folder: RunFolder,
  run: RunRecord,
  verdict: VerdictDocument,
  history: History,
): void {
  folder.writeVerdict(verdict);
  folder.writeText("junit", renderJunit(verdict, run));
  folder.writeText(
    "report",
    renderHtml(reportData({ run, verdict, history, logs: folder.readLogs() }), loadReportAssets()),
  );
}
