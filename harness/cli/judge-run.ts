import type { History } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import { readHistory } from "../history/read-history.ts";
import { runNotes } from "../judge/notes.ts";
import { insufficiencies } from "../judge/sufficiency.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { Judging } from "./judging.ts";
import { unjudgedIn } from "./strongest-expectation.ts";
import { writeReport } from "./write-report.ts";

/** Judges a run's history and writes everything derived from it; also for a run recorded earlier. */
export async function judgeRun(
  folder: RunFolder,
  record: RunRecord,
  minimum: { readonly minOk: number; readonly minDuringFault: number },
): Promise<{ folder: RunFolder; record: RunRecord; verdict: VerdictDocument; history: History }> {
  await using judging = new Judging();
  const path = folder.file("history");
  const history = await judging.read(path, (guard) => readHistory(path, { format: "jsonl", guard }));
  const judged = await judging.judge(history, {
    expectations: record.expectations,
    acceptableDelay: record.acceptableDelay,
    insufficient: [
      ...endProblems(record),
      ...(record.expectations.some(({ is }) => is === "holds") ? [] : unjudgedIn(history)),
      ...insufficiencies(history, {
        ok: minimum.minOk,
        duringFault: minimum.minDuringFault,
        planned: record.ended?.how === "complete" ? record.schedule.length : 0,
      }),
    ],
  });
  const verdict = { ...judged, notes: runNotes(history.faults, judged, record) };
  writeReport(folder, record, verdict, history);
  return { folder, record, verdict, history };
}

const endProblems = ({ ended }: RunRecord): string[] =>
  ended === undefined
    ? ["the run did not end: the harness was killed or is still at work"]
    : ended.how === "failed"
      ? [`the run failed: ${ended.error ?? "no reason recorded"}`]
      : [];
