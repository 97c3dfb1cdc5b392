import { stdout } from "node:process";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { renderText } from "../../reports/text.ts";
import type { AnomalyName, Case } from "../hunt/case.ts";
import { runLines, settingWords } from "../hunt/case-words.ts";
import type { SimulatedCase } from "../hunt/simulate-case.ts";
import { textOptions } from "./text-options.ts";

/** Prints a small run: what was set, what happened in order of time, and the verdict with the witness drawn. */
export function printCase(one: Case, { history, verdict }: Pick<SimulatedCase, "history" | "verdict">): void {
  const lines = ["", settingWords(one), ...runLines(history, one.clients), "", ""];
  stdout.write(lines.join("\n"));
  printVerdict(verdict, history, one.shows);
}

/** Prints what a verdict says of one kind of anomaly and its model; of all if none is named. */
export function printVerdict(
  verdict: VerdictDocument,
  history: History,
  shows: AnomalyName | undefined,
): void {
  const shown = shows === undefined ? verdict : aboutOnly(verdict, shows);
  stdout.write(`${renderText(shown, undefined, textOptions(stdout, history, undefined))}\n`);
}

const aboutOnly = (verdict: VerdictDocument, { type, model }: AnomalyName): VerdictDocument => ({
  ...verdict,
  results: verdict.results.filter((one) => one.model === model),
  models: Object.fromEntries(Object.entries(verdict.models).filter(([name]) => name === model)),
  expectations: verdict.expectations.filter((one) => one.model === model),
  anomalies: verdict.anomalies.filter((one) => one.type === type && one.model === model),
  ...(verdict.causes === undefined ? {} : { causes: verdict.causes.filter((one) => one.type === type) }),
  stats: {},
});
