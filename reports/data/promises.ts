import type { VerdictDocument } from "#core/run";
import { MODELS } from "#core/models";
import type { ModelResult } from "#core/verdict";
import { printable } from "../printable.ts";
import type { ReportPromise } from "../schema.ts";

type Scoped = Pick<ModelResult, "model" | "level" | "objects">;

const OUTCOME_ORDER = ["broken", "undecided", "surprise", "met"] as const;

/** What was promised beside what was found: expectations first, what went wrong on top; then models nobody spoke of. */
export function promisesOf(verdict: VerdictDocument): ReportPromise[] {
  const promised = verdict.expectations.map((expectation): ReportPromise => {
    const results = verdict.results.filter((result) => covers(expectation, result));
    const worst = worstOf(results);
    const isOfParts = expectation.outcome === "undecided" && worst?.verdict === "satisfied";
    return {
      model: expectation.model,
      scope: scopeOf(expectation),
      promised: expectation.is,
      promisedBecause: expectation.reason === undefined ? null : printable(expectation.reason, 300),
      outcome: expectation.outcome,
      ...(isOfParts
        ? { verdict: "unknown", reason: verdict.models[expectation.model]?.reason ?? null }
        : { verdict: worst?.verdict ?? "unknown", reason: reasonOf(worst, "no checker looked at it") }),
    };
  });
  const others = verdict.results.filter(
    (result) => result.verdict !== "not-applicable" && !verdict.expectations.some((e) => covers(e, result)),
  );
  return [...promised.sort(byOutcome), ...others.map(unpromised).sort(byModel)];
}

const RANK = { violated: 3, unknown: 2, satisfied: 1, "not-applicable": 0 } as const;

const worstOf = (results: readonly ModelResult[]): ModelResult | undefined =>
  results.toSorted((a, b) => RANK[b.verdict] - RANK[a.verdict])[0];

const covers = (expectation: Scoped, result: Scoped): boolean =>
  expectation.model === result.model &&
  (expectation.level === undefined || expectation.level === result.level) &&
  (expectation.objects === undefined || expectation.objects === result.objects);

function unpromised(result: ModelResult): ReportPromise {
  return {
    model: result.model,
    scope: scopeOf(result),
    promised: null,
    promisedBecause: null,
    outcome: null,
    verdict: result.verdict,
    reason: reasonOf(result, null),
  };
}

function reasonOf(result: ModelResult | undefined, otherwise: string | null): string | null {
  if (result === undefined) return otherwise;
  return result.reason === undefined ? null : printable(result.reason, 300);
}

function scopeOf(scoped: Scoped): string {
  const parts = [
    scoped.level === undefined ? [] : [`level ${scoped.level}`],
    scoped.objects === undefined || scoped.objects === "*" ? [] : [`keys ${scoped.objects}`],
  ];
  return printable(parts.flat().join(", "), 120);
}

const byOutcome = (a: ReportPromise, b: ReportPromise): number =>
  outcomeRank(a) - outcomeRank(b) || byModel(a, b);

const outcomeRank = (promise: ReportPromise): number =>
  promise.outcome === null ? OUTCOME_ORDER.length : OUTCOME_ORDER.indexOf(promise.outcome);

const byModel = (a: ReportPromise, b: ReportPromise): number =>
  MODELS.indexOf(a.model) - MODELS.indexOf(b.model);
