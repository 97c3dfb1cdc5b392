import type { MarkedRun } from "../../runs/marks.ts";
import type { PageState } from "./state.ts";

/** Whether the filters leave a run. Every word of the text must be somewhere in what the run shows. */
export function isShown({ row, marks }: MarkedRun, state: PageState): boolean {
  return (
    (state.target === "" || row.target === state.target) &&
    (state.workload === "" || row.workload === state.workload) &&
    faultFits(row.faults, state.fault) &&
    verdictFits(row.outcome, marks, state.verdict) &&
    wordsOf(state.text).every((word) => textOf({ row, marks, before: null }).includes(word))
  );
}

const faultFits = (faults: readonly string[], wanted: string): boolean =>
  wanted === "" || (wanted === "-" ? faults.length === 0 : faults.includes(wanted));

function verdictFits(outcome: string | null, marks: MarkedRun["marks"], wanted: string): boolean {
  if (wanted === "") return true;
  if (wanted === "regressed") return marks.some(({ kind }) => kind === "regressed" || kind === "new");
  return (outcome ?? "none") === wanted;
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter((word) => word !== "");

function textOf({ row, marks }: MarkedRun): string {
  const parts = [
    row.path,
    row.startedAt,
    row.target,
    row.workload,
    row.environment,
    row.seed,
    row.summary,
    ...row.faults,
    ...row.missing,
    ...Object.entries(row.configuration).flat(),
    ...Object.keys(row.anomalies),
    ...row.promises.map(({ name, outcome }) => `${name} ${outcome}`),
    ...row.metrics.filter(({ breached }) => breached).map(({ name }) => name),
    ...marks.map(({ kind }) => kind),
  ];
  return parts.join("\n").toLowerCase();
}
