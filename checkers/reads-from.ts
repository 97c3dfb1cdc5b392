import type { Budget } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { ABSENT, type History, NONE } from "#core/history";
import type { Anomaly, Model, ModelResult } from "#core/verdict";
import { Collector } from "./collector.ts";
import { failedToWrite, isFinal, readBy } from "./registers/access.ts";
import { registerValues } from "./registers/register-values.ts";
import { type Unexplained, unexplained, unexplainedNull } from "./registers/unexplained.ts";
import { holds, objectsOf } from "./verdicts.ts";
import { agoWords, nodeWords, readWords, valueWords, whenWords, whoWords } from "./words.ts";

/**
 * Reads that no write explains: of a value nobody wrote, or of null where something was at first and nobody deleted it (thin air), of one whose write certainly failed (aborted, G1a), and
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
  const values = registerValues(history);
  const { isRegister, problems, strangeNull, writer } = values;
  const collector = new Collector();
  for (let row = 0; row < history.length; row++) {
    budget.tick();
    const key = history.key[row]!;
    if (key === NONE || isRegister[key] === 0) continue;
    if (problems.has(key) && strangeNull[key] === 0) continue;
    if (isFinal(history, row)) continue;
    const value = readBy(history, row);
    if (value === ABSENT) continue;
    const type =
      value === NONE ? unexplainedNull(history, values, row) : unexplained(history, row, writer[value]!);
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
  const writer = writerOf(history, type, row, value);
  const rows = writer < 0 ? [row] : [writer, row];
  return {
    type,
    model: MODEL_OF[type],
    key: history.keys[history.key[row]!]!,
    witness: rows.map((one) => history.invRank[one]!).sort((a, b) => a - b),
    explanation: `${whoWords(history, row)} ${readWords(history, row, value)} ${whenWords(history, history.invTime[row]!)} ${reason(history, type, row, writer)}`,
  };
}

/** Who would have written it, in time or with success; below 0: nobody. */
function writerOf(history: History, type: Unexplained, row: number, value: number): number {
  if (type === "aborted-read") return failedWriteOf(history, value);
  const { writer, firstDelete } = registerValues(history);
  if (value !== NONE) return writer[value]!;
  return type === "future-read" ? history.rowOf(firstDelete[history.key[row]!]!) : NONE;
}

function reason(history: History, type: Unexplained, row: number, writer: number): string {
  if (type === "thin-air-read") {
    const { initial } = history.objectOf(history.key[row]!);
    return readBy(history, row) === NONE
      ? `although it was ${valueWords(initial)} at first and nobody ever deleted it`
      : "although nobody ever wrote that value";
  }
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
