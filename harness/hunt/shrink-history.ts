import { FLAG, type History, NONE } from "#core/history";
import type { Anomaly, Model } from "#core/verdict";
import { type JudgeRequest, judgeHistory } from "../cli/judge-history.ts";
import { ABOUT_THE_END } from "../judge/expectations.ts";
import { ddmin } from "./ddmin.ts";
import { showsAgain } from "./quarry.ts";

/**
 * The smallest sub-history that still shows an anomaly: from its witness, which alone proves it, operations are left out as long
 * as what remains is closed and judged the same.
 *
 * Leaving out must not make the anomaly: without a write, what read it would be read from nowhere; without a final read, what only
 * one node lacks would be lost. So reads go before what they read, and final reads stay where the model goes by them; where each
 * operation changes what all later ones may return (counters, queues, locks, transactions), the witness stays whole.
 */
export async function shrinkHistory(
  history: History,
  anomaly: Anomaly,
  request: Pick<JudgeRequest, "timeout">,
): Promise<History> {
  const rows = anomaly.witness.map((index) => history.rowOf(index)).filter((row) => row !== NONE);
  const shows = (kept: readonly number[]): boolean => {
    const verdict = judgeHistory(history.select(kept.toSorted((a, b) => a - b)), {
      expectations: [],
      models: [anomaly.model],
      ...request,
    });
    return showsAgain(verdict, anomaly);
  };
  if (!isMonotone(history, rows)) return history.select(rows);
  const fixed = rows.filter((row) => mustStay(history, row, anomaly.model));
  const open = rows.filter((row) => !fixed.includes(row));
  const kept = await ddmin(open, (some) => {
    const candidate = [...fixed, ...some];
    return Promise.resolve(isClosed(history, candidate, rows) && shows(candidate));
  });
  return history.select([...fixed, ...kept].toSorted((a, b) => a - b));
}

/** Functions of which any may be left out together with the reads of what it wrote. */
const INDEPENDENT: ReadonlySet<string> = new Set(["write", "read", "add", "contains", "append"]);

const isMonotone = (history: History, rows: readonly number[]): boolean =>
  rows.every((row) => INDEPENDENT.has(history.operation(row).f));

/** Models whose verdicts say that something is absent from all that was read at the end. */
const mustStay = (history: History, row: number, model: Model): boolean =>
  (history.flags[row]! & FLAG.final) !== 0 && (ABOUT_THE_END.includes(model) || model === "crdt-semantics");

/** Whether everything that the kept reads show and `whole` wrote is still written. */
function isClosed(history: History, kept: readonly number[], whole: readonly number[]): boolean {
  const stays = new Set(kept);
  const writers = new Map<number, number[]>();
  for (const row of whole) {
    const value = history.value[row]!;
    const { f } = history.operation(row);
    if (f === "read" || f === "contains" || value === NONE) continue;
    writers.set(value, [...(writers.get(value) ?? []), row]);
  }
  return kept.every((row) => {
    const seen = [history.value[row]!, ...history.elementsOf(row)];
    return seen.every((value) => writers.get(value)?.some((writer) => stays.has(writer)) ?? true);
  });
}
