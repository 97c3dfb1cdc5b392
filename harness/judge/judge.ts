import { type Budget, BudgetExceeded } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { messageOf } from "#core/errors";
import { type History, NONE } from "#core/history";
import type { Json } from "#core/json";
import { VERDICT_FORMAT, type VerdictDocument } from "#core/run";
import { type Anomaly, type Expectation, type Model, type ModelResult, MODELS } from "#core/verdict";
import { strongestOf, weakerThan, weakestOf } from "./lattice.ts";

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

/** Runs every checker that applies, proves each witness again, and merges the verdicts. */
export function judge(history: History, options: JudgeOptions): VerdictDocument {
  const outcomes = runAll(history, options);
  const results = withRefuted(
    withImplied(mergeSame(contradictionsMarked(outcomes.flatMap((outcome) => outcome.results)))),
  );
  const anomalies = outcomes.flatMap((outcome) => outcome.anomalies);
  const merged = mergeByModel(results);
  const expectations = options.expectations.map((expectation) => ({
    ...expectation,
    outcome: outcomeOf(expectation, merged),
  }));
  const counts = sumCounts(outcomes);
  const validity = validityOf(expectations, options.insufficient);
  return {
    format: VERDICT_FORMAT,
    file: history.source,
    valid: validity,
    summary: summarize({
      validity,
      expectations,
      insufficient: options.insufficient,
      anomalies,
      counts,
      merged,
    }),
    models: Object.fromEntries(
      [...merged].map(([model, { verdict, reason }]) => [
        model,
        { verdict, ...(reason === undefined ? {} : { reason }) },
      ]),
    ),
    results,
    expectations,
    strongest: strongestOf(modelsWith(merged, "satisfied")),
    weakestViolated: weakestOf(modelsWith(merged, "violated")),
    anomalies,
    counts,
    stats: Object.assign({}, ...outcomes.map((outcome) => outcome.stats ?? {})) as Record<string, Json>,
    warnings: [...history.warnings],
    elapsedMs: options.elapsedMs(),
  };
}

function runAll(history: History, options: JudgeOptions): CheckResult[] {
  const outcomes: CheckResult[] = [];
  const { asked = [] } = options;
  for (const checker of options.checkers) {
    if (!checker.applies(history) || follows(checker, outcomes)) continue;
    const isAsked = checker.models.some((model) => asked.includes(model));
    const most = isAsked ? undefined : checker.mostOperations;
    outcomes.push(
      most !== undefined && history.length > most
        ? tooLarge(checker, history, most)
        : runChecker(checker, history, options.budget()),
    );
  }
  return outcomes;
}

/** Whether everything that a checker decides follows from what was found so far. */
function follows({ impliedBy = [] }: Checker, outcomes: readonly CheckResult[]): boolean {
  const results = outcomes.flatMap((outcome) => outcome.results);
  return impliedBy.some((model) => {
    const found = results.filter((result) => result.model === model);
    return found.length > 0 && found.every(({ verdict }) => verdict === "satisfied");
  });
}

function tooLarge(checker: Checker, history: History, most: number): CheckResult {
  const results = checker.models.map((model): ModelResult => {
    const size = `${history.length} operations are more than the ${most} judged unasked`;
    return { model, verdict: "unknown", reason: `${size}: --model ${model} judges it` };
  });
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
    return {
      results: checker.models.map((model) => ({ model, verdict: "unknown", reason })),
      anomalies: [],
      counts: {},
    };
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

type Merged = ReadonlyMap<Model, ModelResult>;

const RANK = { violated: 3, unknown: 2, satisfied: 1, "not-applicable": 0 } as const;

const worst = (results: readonly ModelResult[]): ModelResult | undefined =>
  results.toSorted((a, b) => RANK[b.verdict] - RANK[a.verdict])[0];

/** One verdict where several checkers judged the same model of the same objects. */
function mergeSame(results: readonly ModelResult[]): ModelResult[] {
  const groups = Map.groupBy(results, ({ model, objects, level }) => JSON.stringify([model, objects, level]));
  return [...groups.values()].flatMap((same) => worst(same) ?? []);
}

/** One verdict per model: violated over unknown over satisfied over not-applicable. */
function mergeByModel(results: readonly ModelResult[]): Merged {
  const merged = new Map<Model, ModelResult>();
  for (const model of MODELS) {
    const found = worst(results.filter((result) => result.model === model));
    if (found !== undefined) merged.set(model, found);
  }
  return merged;
}

const modelsWith = (merged: Merged, verdict: ModelResult["verdict"]): Model[] =>
  [...merged.values()].filter((result) => result.verdict === verdict).map((result) => result.model);

/** A satisfied model satisfies what is weaker, where no checker looked itself. */
function withImplied(results: readonly ModelResult[]): ModelResult[] {
  const judged = new Set(results.map((result) => result.model));
  const implied: ModelResult[] = [];
  for (const { model } of mergeByModel(results).values()) {
    if (mergeByModel(results).get(model)?.verdict !== "satisfied") continue;
    for (const weaker of weakerThan(model)) {
      if (judged.has(weaker)) continue;
      judged.add(weaker);
      implied.push({ model: weaker, verdict: "satisfied", reason: `follows from ${model}` });
    }
  }
  return [...results, ...implied];
}

/** Models of which one refutes the stronger ones on any history: of the session guarantees there are several variants. */
const REFUTING: readonly Model[] = ["causal", "causal-convergent", "causal-memory", "pram", "sequential"];

/** A violated model violates what is stronger, where that is undecided. */
function withRefuted(results: readonly ModelResult[]): ModelResult[] {
  const violated = results.filter(({ model, verdict }) => verdict === "violated" && REFUTING.includes(model));
  return results.map((result) => {
    if (result.verdict !== "unknown") return result;
    const weaker = violated.find(
      ({ model, objects, level }) =>
        weakerThan(result.model).has(model) && objects === result.objects && level === result.level,
    );
    return weaker === undefined
      ? result
      : { ...result, verdict: "violated", reason: `follows from ${weaker.model}` };
  });
}

/** Two checkers that contradict each other show a bug in riftcheck: neither is believed. */
function contradictionsMarked(results: readonly ModelResult[]): ModelResult[] {
  return results.map((result) => {
    const opposite =
      result.verdict === "satisfied" ? "violated" : result.verdict === "violated" ? "satisfied" : undefined;
    const other = results.find(
      (one) =>
        one.model === result.model &&
        one.objects === result.objects &&
        one.level === result.level &&
        one.verdict === opposite,
    );
    if (other === undefined || opposite === undefined) return result;
    return {
      ...result,
      verdict: "unknown",
      reason: "a bug in riftcheck: two checkers contradict each other",
    };
  });
}

function outcomeOf(expectation: Expectation, merged: Merged): "met" | "broken" | "undecided" | "surprise" {
  const verdict = merged.get(expectation.model)?.verdict ?? "unknown";
  switch (expectation.is) {
    case "holds":
      return verdict === "satisfied" ? "met" : verdict === "violated" ? "broken" : "undecided";
    case "may-break":
      return "met";
    case "breaks":
      return verdict === "violated" ? "met" : "surprise";
  }
}

type Judged = VerdictDocument["expectations"];

function validityOf(expectations: Judged, insufficient: readonly string[]): boolean | "unknown" {
  if (expectations.some(({ outcome }) => outcome === "broken")) return false;
  if (insufficient.length > 0 || expectations.some(({ outcome }) => outcome === "undecided"))
    return "unknown";
  return true;
}

function sumCounts(outcomes: readonly CheckResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    for (const [type, count] of Object.entries(outcome.counts)) counts[type] = (counts[type] ?? 0) + count;
  }
  return counts;
}

/** What a person grasps at once comes first: lost data, then one's own write, then time running backwards. */
const PLAINEST: readonly Anomaly["type"][] = [
  "lost-element",
  "lost-write",
  "diverged",
  "read-your-writes",
  "stale-read",
  "monotonic-reads",
];

const plainest = (anomalies: readonly Anomaly[]): Anomaly | undefined =>
  PLAINEST.map((type) => anomalies.find((anomaly) => anomaly.type === type)).find(
    (found) => found !== undefined,
  ) ?? anomalies[0];

function summarize(of: {
  validity: boolean | "unknown";
  expectations: Judged;
  insufficient: readonly string[];
  anomalies: readonly Anomaly[];
  counts: Readonly<Record<string, number>>;
  merged: Merged;
}): string {
  const broken = of.expectations.filter(({ outcome }) => outcome === "broken").map(({ model }) => model);
  const found = Object.entries(of.counts)
    .filter(([, count]) => count > 0)
    .map(([type, count]) => `${count} ${type}`)
    .join(", ");
  if (of.validity === false) {
    const first = plainest(of.anomalies.filter((anomaly) => broken.includes(anomaly.model)));
    if (first === undefined) return `${broken.join(", ")} broken`;
    const others = (of.counts[first.type] ?? 1) - 1;
    const more = others > 0 ? ` (and ${others} more of this kind)` : "";
    return `${broken.join(", ")}: ${first.explanation}${more}`;
  }
  if (of.validity === "unknown") {
    const undecided = of.expectations
      .filter(({ outcome }) => outcome === "undecided")
      .map(({ model }) => `${model}: ${of.merged.get(model)?.reason ?? "nothing in the history decides it"}`);
    return `nothing proved: ${[...of.insufficient, ...undecided].join("; ")}`;
  }
  return found === ""
    ? "no promise was broken, no anomaly found"
    : `no promise was broken; found beyond the promises: ${found}`;
}
