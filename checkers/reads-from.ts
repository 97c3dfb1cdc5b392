import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { type History, NONE } from "#core/history";
import type { Anomaly, Model, ModelResult } from "#core/verdict";
import { Collector } from "./collector.ts";
import { failedToWrite, isFinal, readBy } from "./registers/access.ts";
import { registerValues } from "./registers/register-values.ts";
import { type Unexplained, unexplained } from "./registers/unexplained.ts";
import { holds, objectsOf } from "./verdicts.ts";
import { agoWords, nodeWords, readWords, whenWords, whoWords } from "./words.ts";

/**
 * Reads that no write explains: of a value nobody wrote (thin air), of one whose write certainly failed (aborted, G1a), and
 * of one whose write had not begun (future). The first two break even causal consistency (Bouajjani et al. 2017,
 * ThinAirRead); a future read breaks linearizability. Final reads are left to `convergence`. It never says that a model is satisfied.
 */
export const readsFrom: Checker = {
  name: "reads-from",
  summary: "reads of values that were never written, failed to be written, or had yet to be written",
  models: ["causal", "linearizable"],
  partition: "key",
  applies: (history) => holds(history, ["register"]),
  check,
};

const MODEL_OF: Readonly<Record<Unexplained, Model>> = {
  "thin-air-read": "causal",
  "aborted-read": "causal",
  "future-read": "linearizable",
};

function check(history: History, budget: Budget): CheckResult {
  const { isRegister, problems, writer } = registerValues(history);
  const collector = new Collector();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0 || problems.has(key)) continue;
    if (isFinal(history, row)) continue;
    const value = readBy(history, row);
    const type = value < 0 ? undefined : unexplained(history, row, writer[value]!);
    if (type !== undefined) collector.add(type, 0, () => anomalyOf(history, type, row, value));
  }
  return {
    results: violatedModels(history, collector),
    anomalies: collector.anomalies,
    counts: collector.counts,
  };
}

function violatedModels(history: History, collector: Collector): ModelResult[] {
  const types = Object.keys(MODEL_OF) as Unexplained[];
  const models = new Set(types.filter((type) => collector.count(type) > 0).map((type) => MODEL_OF[type]));
  return [...models].map((model) => ({ model, ...objectsOf(history, ["register"]), verdict: "violated" }));
}

function anomalyOf(history: History, type: Unexplained, row: number, value: number): Anomaly {
  const writer =
    type === "aborted-read" ? failedWriteOf(history, value) : registerValues(history).writer[value]!;
  const rows = writer < 0 ? [row] : [writer, row];
  return {
    type,
    model: MODEL_OF[type],
    key: history.keys[history.key[row]!]!,
    witness: rows.map((one) => history.invRank[one]!).sort((a, b) => a - b),
    explanation: `${whoWords(history, row)} ${readWords(history, row, value)} ${whenWords(history, history.invTime[row]!)} ${reason(history, type, row, writer)}`,
  };
}

function reason(history: History, type: Unexplained, row: number, writer: number): string {
  if (type === "thin-air-read") return "although nobody ever wrote that value";
  const who = `${whoWords(history, writer)}${nodeWords(history, writer, "on")}`;
  if (type === "future-read") {
    const early = history.invTime[writer]! - history.invTime[row]!;
    return `although ${who} began to write it only later (the read came ${agoWords(early)})`;
  }
  const error = history.errorCodes[history.error[writer]!];
  return `although the only write of that value, by ${who}, certainly failed${error === undefined ? "" : ` (${error})`}`;
}

function failedWriteOf(history: History, value: number): number {
  for (let row = 0; row < history.length; row++) {
    if (failedToWrite(history, row) === value) return row;
  }
  return NONE;
}
