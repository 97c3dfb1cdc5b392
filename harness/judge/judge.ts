import type { Contradiction } from "#core/contradiction";
import type { History } from "#core/history";
import type { Json } from "#core/json";
import { VERDICT_FORMAT } from "#core/formats";
import type { VerdictDocument } from "#core/run";
import type { Anomaly, Expectation, Model, ModelResult } from "#core/verdict";
import type { Outcome } from "./agenda.ts";
import { mergedByModel, outcomeOf } from "./expectations.ts";
import { countsOfBelieved } from "./believed.ts";
import { explained } from "./explained.ts";
import { latticeOf } from "./lattice.ts";
import { type Finding, propagate } from "./propagate.ts";
import { type RunOptions, runCheckers } from "./run-checkers.ts";
import { summarize } from "./summary.ts";

export interface MergeOptions {
  readonly expectations: readonly Expectation[];
  /** Reasons why even a history without anomaly proves nothing (too few operations, a fault without effect). */
  readonly insufficient: readonly string[];
  /** Models that were judged and no others; absent: all. */
  readonly asked?: readonly Model[] | undefined;
  /** Milliseconds since the judging began. */
  elapsedMs(): number;
}

/** Runs every checker that applies on this thread, proves each witness again, and merges the verdicts. */
export const judge = (history: History, options: MergeOptions & RunOptions): VerdictDocument =>
  mergeOutcomes(history, runCheckers(history, options), options);

/** The verdict that all outcomes together give. `outcomes`: in the order of the registry, part by part. */
export function mergeOutcomes(
  history: History,
  outcomes: readonly Outcome[],
  { expectations: expected, insufficient, asked, elapsedMs }: MergeOptions,
): VerdictDocument {
  const lattice = latticeOf(history);
  const { results, contradictions } = propagate(outcomes.flatMap(findingsOf), lattice);
  const expectations = expected.map((one) => ({ ...one, outcome: outcomeOf(one, results) }));
  const { anomalies: found, counts } = believed(outcomes, contradictions);
  const { anomalies, doubts } = explained(history, found);
  const validity = validityOf(expectations, insufficient);
  const merged = mergedByModel(results);
  return {
    format: VERDICT_FORMAT,
    file: history.source,
    ...(asked === undefined ? {} : { asked: [...asked] }),
    valid: validity,
    summary: summarize({ validity, expectations, insufficient, anomalies, counts, results, contradictions }),
    models: Object.fromEntries(
      merged.map(({ model, verdict, reason }) => [
        model,
        { verdict, ...(reason === undefined ? {} : { reason }) },
      ]),
    ),
    results: [...results],
    expectations,
    strongest: lattice.strongestOf(modelsWith(merged, "satisfied")),
    weakestViolated: lattice.weakestOf(modelsWith(merged, "violated")),
    anomalies,
    ...(contradictions.length === 0 ? {} : { contradictions: [...contradictions] }),
    counts,
    stats: Object.assign({}, ...outcomes.map((outcome) => outcome.stats ?? {})) as Record<string, Json>,
    warnings: [...history.warnings, ...doubts],
    elapsedMs: elapsedMs(),
  };
}

/** What a checker says of each model, with its first anomaly as proof. */
function findingsOf({ checker, results, anomalies }: Outcome): Finding[] {
  return results.map((result) => {
    const proof =
      result.verdict === "violated" ? anomalies.find(({ model }) => model === result.model) : undefined;
    if (proof === undefined) return { ...result, checker };
    return { ...result, checker, witness: proof.witness, explanation: proof.explanation };
  });
}

/** Anomalies of findings that contradict others are none: the contradiction tells of them. */
function believed(
  outcomes: readonly Outcome[],
  contradictions: readonly Contradiction[],
): { anomalies: Anomaly[]; counts: Record<string, number> } {
  const anomalies: Anomaly[] = [];
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const isDisputed = (model: Model): boolean =>
      contradictions.some(
        ({ violated, objects, level }) =>
          violated.model === model &&
          outcome.results.some(
            (one) => one.model === model && one.objects === objects && one.level === level,
          ),
      );
    const left = outcome.anomalies.filter(({ model }) => !isDisputed(model));
    anomalies.push(...left);
    for (const [type, count] of Object.entries(countsOfBelieved(outcome, left)))
      counts[type] = (counts[type] ?? 0) + count;
  }
  return { anomalies, counts };
}

const modelsWith = (merged: readonly ModelResult[], verdict: ModelResult["verdict"]): Model[] =>
  merged.filter((result) => result.verdict === verdict).map((result) => result.model);

function validityOf(
  expectations: VerdictDocument["expectations"],
  insufficient: readonly string[],
): boolean | "unknown" {
  if (expectations.some(({ outcome }) => outcome === "broken")) return false;
  if (insufficient.length > 0 || expectations.some(({ outcome }) => outcome === "undecided"))
    return "unknown";
  return true;
}
