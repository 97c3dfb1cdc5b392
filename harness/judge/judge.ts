import { type Budget, BudgetExceeded } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { Contradiction } from "#core/contradiction";
import { messageOf } from "#core/errors";
import { type History, NONE } from "#core/history";
import type { Json } from "#core/json";
import { VERDICT_FORMAT, type VerdictDocument } from "#core/run";
import type { Anomaly, Expectation, Model, ModelResult } from "#core/verdict";
import { ABOUT_THE_END, mergedByModel, outcomeOf } from "./expectations.ts";
import { explained } from "./explained.ts";
import { type Lattice, latticeOf } from "./lattice.ts";
import { ofPart, type Part, partsOf } from "./levels.ts";
import { type Finding, propagate } from "./propagate.ts";
import { summarize } from "./summary.ts";

export interface JudgeOptions {
  /** In order: what one finds satisfied saves those after it that it implies. */
  readonly checkers: readonly Checker[];
  /** Models to judge however long the history is. */
  readonly asked?: readonly Model[];
  readonly expectations: readonly Expectation[];
  /** Reasons why even a history without anomaly proves nothing (too few operations, a fault without effect). */
  readonly insufficient: readonly string[];
  budget(): Budget;
  /** Milliseconds since the judging began. */
  elapsedMs(): number;
}

/** What one checker found in one part of a history. */
export interface Outcome extends CheckResult {
  readonly checker: string;
}

/** Runs every checker that applies, proves each witness again, and merges the verdicts. */
export function judge(history: History, options: JudgeOptions): VerdictDocument {
  const lattice = latticeOf(history);
  const outcomes = partsOf(history).flatMap((part) => runAll(part, lattice, options));
  return mergeOutcomes(history, outcomes, lattice, options);
}

/** The verdict that all outcomes together give. */
export function mergeOutcomes(
  history: History,
  outcomes: readonly Outcome[],
  lattice: Lattice,
  { expectations: expected, insufficient, elapsedMs }: Omit<JudgeOptions, "checkers" | "budget" | "asked">,
): VerdictDocument {
  const { results, contradictions } = propagate(outcomes.flatMap(findingsOf), lattice);
  const expectations = expected.map((one) => ({ ...one, outcome: outcomeOf(one, results) }));
  const { anomalies: found, counts } = believed(outcomes, contradictions);
  const { anomalies, doubts } = explained(history, found);
  const validity = validityOf(expectations, insufficient);
  const merged = mergedByModel(results);
  return {
    format: VERDICT_FORMAT,
    file: history.source,
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

function runAll(part: Part, lattice: Lattice, options: JudgeOptions): Outcome[] {
  const outcomes: Outcome[] = [];
  const { history } = part;
  for (const checker of options.checkers) {
    if (!concerns(checker, part) || !checker.applies(history) || follows(checker, outcomes, lattice))
      continue;
    const found = ofPart(part, runUnlessHopeless(checker, history, options));
    outcomes.push({ ...found, checker: checker.name });
  }
  return outcomes;
}

const concerns = ({ models }: Checker, { about }: Part): boolean =>
  about === "everything" || models.some((model) => ABOUT_THE_END.includes(model) === (about === "the-end"));

/** Whether everything that a checker decides follows from what was found so far. */
function follows(
  { impliedBy = [], models }: Checker,
  outcomes: readonly Outcome[],
  lattice: Lattice,
): boolean {
  const results = outcomes.flatMap((outcome) => outcome.results);
  return impliedBy.some((strong) => {
    const found = results.filter(({ model }) => model === strong);
    const isSound = models.every((model) => lattice.follows(model, strong));
    return isSound && found.length > 0 && found.every(({ verdict }) => verdict === "satisfied");
  });
}

function runUnlessHopeless(checker: Checker, history: History, options: JudgeOptions): CheckResult {
  if (checker.needsRealTime === true && history.header.realTime === false) {
    return undecided(checker, "not-applicable", () => "the history records sessions and no real time");
  }
  const isAsked = checker.models.some((model) => options.asked?.includes(model));
  const most = isAsked ? undefined : checker.mostOperations;
  if (most === undefined || history.length <= most) return runChecker(checker, history, options.budget());
  const size = `${history.length} operations are more than the ${most} judged unasked`;
  return undecided(checker, "unknown", (model) => `${size}: --model ${model} judges it`);
}

function undecided(
  { models }: Checker,
  verdict: ModelResult["verdict"],
  reasonOf: (model: Model) => string,
): CheckResult {
  const results = models.map((model) => ({ model, verdict, reason: reasonOf(model) }));
  return { results, anomalies: [], counts: {} };
}

/** A checker that throws or runs out of budget proves nothing: its models are `unknown`. */
function runChecker(checker: Checker, history: History, budget: Budget): CheckResult {
  try {
    return reproved(checker, history, checker.check(history, budget));
  } catch (error) {
    const reason =
      error instanceof BudgetExceeded
        ? error.message
        : `the checker ${checker.name} failed: ${messageOf(error)}`;
    return undecided(checker, "unknown", () => reason);
  }
}

/** Every witness must violate the same model when judged alone; otherwise the checker is wrong and says nothing. */
function reproved(checker: Checker, history: History, result: CheckResult): CheckResult {
  const broken = new Map<Model, Anomaly>();
  for (const anomaly of result.anomalies) {
    if (!provesAlone(checker, history, anomaly)) broken.set(anomaly.model, anomaly);
  }
  if (broken.size === 0) return result;
  return {
    ...result,
    anomalies: result.anomalies.filter((anomaly) => !broken.has(anomaly.model)),
    results: result.results.map((one) => {
      const anomaly = broken.get(one.model);
      if (anomaly === undefined || one.verdict !== "violated") return one;
      const reason = `a bug in riftcheck: the witness ${JSON.stringify(anomaly.witness)} of ${checker.name} does not prove ${anomaly.type}`;
      return { ...one, verdict: "unknown", reason };
    }),
  };
}

function provesAlone(checker: Checker, history: History, anomaly: Anomaly): boolean {
  const rows = anomaly.witness.map((index) => history.rowOf(index));
  if (rows.length === 0 || rows.includes(NONE)) return false;
  const again = checker.check(history.select(rows), { tick: () => undefined });
  return again.anomalies.some((found) => found.type === anomaly.type && found.model === anomaly.model);
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
    const disputed = outcome.anomalies.filter(({ model }) => isDisputed(model)).map(({ type }) => type);
    anomalies.push(...outcome.anomalies.filter(({ model }) => !isDisputed(model)));
    for (const [type, count] of Object.entries(outcome.counts)) {
      if (!(disputed as string[]).includes(type)) counts[type] = (counts[type] ?? 0) + count;
    }
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
