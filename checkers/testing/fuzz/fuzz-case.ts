import type fc from "fast-check";
import { UNLIMITED } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import type { History } from "#core/history";
import type { HistoryHeader } from "#core/operation";
import type { Anomaly, Model, ModelResult } from "#core/verdict";
import { historyFrom, type Operation, operationsOf } from "../operations.ts";

/** One kind of random histories that a checker is compared on with a definition spelled out by brute force. */
export interface FuzzCase {
  /** What the histories hold: tells the cases of one checker apart. */
  readonly title: string;
  readonly checker: Checker;
  /** What is judged. */
  readonly models: readonly Model[];
  readonly header: HistoryHeader;
  readonly runs: fc.Arbitrary<Operation[]>;
  /** `run`: the operations that the history was made of, with ticks for times. */
  compare(history: History, run: readonly Operation[]): Comparison;
}

export interface Comparison {
  /** What the checker said, of the worst of the models. */
  readonly verdict: ModelResult["verdict"];
  readonly disagreement?: Disagreement;
}

export interface Disagreement {
  readonly model: Model;
  /** Whether the definition says that the model holds. */
  readonly holds: boolean;
  readonly text: string;
}

/** Whether a model holds for some operations, by its definition. */
export type Truth = (operations: readonly Operation[], anomaly?: Anomaly) => boolean;

export const compareRun = (fuzzCase: FuzzCase, run: readonly Operation[]): Comparison =>
  fuzzCase.compare(historyFrom(run, fuzzCase.header), run);

/** What is wrong with the witnesses of a checker: each must break the definition when it stands alone, and be found again. */
export function unprovedWitness(
  checker: Checker,
  history: History,
  anomalies: readonly Anomaly[],
  isBroken: (operations: readonly Operation[], anomaly: Anomaly) => boolean,
): string | undefined {
  for (const anomaly of anomalies) {
    const { type, model, witness } = anomaly;
    const part = history.select(witness.map((index) => history.rowOf(index)));
    const name = `the witness ${JSON.stringify(witness)} of ${type}`;
    if (!isBroken(operationsOf(part), anomaly)) return `${name} breaks no definition`;
    const again = checker.check(part, UNLIMITED).anomalies;
    if (!again.some((found) => found.type === type && found.model === model)) {
      return `${name} is not found again when it stands alone`;
    }
  }
  return undefined;
}

export interface VerdictCase extends Omit<FuzzCase, "compare" | "models"> {
  readonly model: Model;
  readonly holds: Truth;
  /**
   * What the checker may leave open: `nothing`; `unknown` where values are ambiguous; `satisfied`: it only ever accuses, and
   * its silence means nothing.
   */
  readonly open: "nothing" | "unknown" | "satisfied";
  /** Operations that never tell of the state: even with all of them a witness must be broken, or it proves nothing. */
  readonly updates?: readonly string[];
}

/** A checker whose verdict on one model is compared with the truth. */
export function verdictCase(of: VerdictCase): FuzzCase {
  return {
    title: of.title,
    checker: of.checker,
    models: [of.model],
    header: of.header,
    runs: of.runs,
    compare: (history, run) => compareVerdict(of, history, run),
  };
}

function compareVerdict(of: VerdictCase, history: History, run: readonly Operation[]): Comparison {
  const { checker, model, holds, open } = of;
  const { results, anomalies } = checker.check(history, UNLIMITED);
  const verdict = results.find((result) => result.model === model)?.verdict ?? "not-applicable";
  if (verdict === "unknown" && open === "unknown") return { verdict };
  const truth = holds(operationsOf(history));
  const claim = verdict !== "violated";
  const isSilent = open === "satisfied" && claim;
  const wrong = !isSilent && claim !== truth;
  const text =
    verdict === "unknown"
      ? "the checker cannot decide it"
      : wrong
        ? `the checker says ${verdict}`
        : (unprovedWitness(checker, history, anomaliesOf(anomalies, model), (part) => !holds(part)) ??
          explainedWitness(of, history, run, anomaliesOf(anomalies, model)));
  return withDisagreement(verdict, model, truth, text);
}

/** A witness that holds together with all updates of the run is proved by what it leaves out: it proves nothing. */
function explainedWitness(
  { updates, holds }: VerdictCase,
  history: History,
  run: readonly Operation[],
  anomalies: readonly Anomaly[],
): string | undefined {
  if (updates === undefined) return undefined;
  const whole = operationsOf(historyFrom(run, history.header));
  const explained = anomalies.find(({ witness }) =>
    holds(
      whole.filter(
        ({ inv, f, result }) => witness.includes(inv) || (updates.includes(f) && result === undefined),
      ),
    ),
  );
  return explained && `updates that it leaves out explain the witness ${JSON.stringify(explained.witness)}`;
}

export const anomaliesOf = (anomalies: readonly Anomaly[], model: Model): Anomaly[] =>
  anomalies.filter((anomaly) => anomaly.model === model);

export const withDisagreement = (
  verdict: Comparison["verdict"],
  model: Model,
  holds: boolean,
  text: string | undefined,
): Comparison => (text === undefined ? { verdict } : { verdict, disagreement: { model, holds, text } });

export interface CountCase extends Omit<FuzzCase, "compare" | "models"> {
  /** The types of anomalies that are counted, and the model that each breaks. */
  readonly types: Readonly<Record<string, Model>>;
  /** The number of each type by the definition. */
  count(operations: readonly Operation[]): Readonly<Record<string, number>>;
  /** Further reasons to disagree. */
  also?(found: CheckResult, operations: readonly Operation[]): string | undefined;
  /** Whether a witness breaks the definition; by default that something is counted in it. */
  isBroken?(operations: readonly Operation[], anomaly: Anomaly): boolean;
}

/** A checker whose numbers of anomalies are compared with those of the definition. */
export function countCase(of: CountCase): FuzzCase {
  return {
    title: of.title,
    checker: of.checker,
    models: [...new Set(Object.values(of.types))],
    header: of.header,
    runs: of.runs,
    compare: (history) => compareCounts(of, history),
  };
}

function compareCounts(of: CountCase, history: History): Comparison {
  const { checker, types } = of;
  const found = checker.check(history, UNLIMITED);
  const operations = operationsOf(history);
  const counts = of.count(operations);
  const wrong = Object.keys(types).find((type) => (found.counts[type] ?? 0) !== counts[type]);
  const isBroken = of.isBroken ?? ((part, { type }) => (of.count(part)[type] ?? 0) > 0);
  const text =
    wrong === undefined
      ? (of.also?.(found, operations) ?? unprovedWitness(checker, history, found.anomalies, isBroken))
      : `the checker counts ${found.counts[wrong] ?? 0} ${wrong}, the definition ${counts[wrong]}`;
  const claimed = Object.keys(types).find((type) => (found.counts[type] ?? 0) > 0);
  const model = types[wrong ?? claimed ?? Object.keys(types)[0]!]!;
  const holds = Object.keys(types).every((type) => types[type] !== model || counts[type] === 0);
  const verdict = found.results.find((result) => result.model === model)?.verdict ?? "not-applicable";
  return withDisagreement(claimed === undefined ? verdict : "violated", model, holds, text);
}
