import { type Budget, BudgetExceeded } from "#core/budget";
import type { Checker, CheckResult } from "#core/checker";
import { messageOf } from "#core/errors";
import { type History, NONE } from "#core/history";
import type { Anomaly, Model } from "#core/verdict";
import { undecided } from "./agenda.ts";
import { countsOfBelieved } from "./believed.ts";

export interface CheckerBudgets {
  readonly check: Budget;
  /** For proving the witnesses again, also when the first was used up: what was found until then must not be lost. */
  readonly proof: Budget;
}

/** A checker that throws or runs out of budget proves nothing: its models are `unknown`. */
export const runChecker = (checker: Checker, history: History, budgets: CheckerBudgets): CheckResult =>
  provedResult(checker, history, budgets.proof, () => checker.check(history, budgets.check));

/** What a checker found, its witnesses proved again. `check`: runs it, or what is left of it. */
export function provedResult(
  checker: Checker,
  history: History,
  proof: Budget,
  check: () => CheckResult,
): CheckResult {
  try {
    return reproved(checker, history, check(), proof);
  } catch (error) {
    const reason =
      error instanceof BudgetExceeded
        ? error.message
        : `the checker ${checker.name} failed: ${messageOf(error)}`;
    return undecided(checker, "unknown", () => reason);
  }
}

/** Every witness must violate the same model when judged alone; otherwise the checker is wrong and says nothing. */
function reproved(checker: Checker, history: History, result: CheckResult, budget: Budget): CheckResult {
  const doubts = new Map<Model, string>();
  for (const anomaly of result.anomalies) {
    const doubt = doubtOf(checker, history, anomaly, budget);
    if (doubt !== undefined) doubts.set(anomaly.model, doubt);
  }
  if (doubts.size === 0) return result;
  const anomalies = result.anomalies.filter(({ model }) => !doubts.has(model));
  return {
    ...result,
    anomalies,
    counts: countsOfBelieved(result, anomalies),
    results: result.results.map((one) => {
      const reason = doubts.get(one.model);
      if (reason === undefined || one.verdict !== "violated") return one;
      return { ...one, verdict: "unknown", reason };
    }),
  };
}

/** Why an anomaly is not believed; undefined: its witness alone proves it. */
function doubtOf(checker: Checker, history: History, anomaly: Anomaly, budget: Budget): string | undefined {
  const rows = anomaly.witness.map((index) => history.rowOf(index));
  const names = `the witness ${JSON.stringify(anomaly.witness)} of ${checker.name}`;
  const wrong = `a bug in riftcheck: ${names} does not prove ${anomaly.type}`;
  if (rows.length === 0 || rows.includes(NONE)) return wrong;
  const spent = new SpentBudget(budget);
  const proves = (part: History): boolean =>
    checker
      .check(part, spent)
      .anomalies.some(({ type, model }) => type === anomaly.type && model === anomaly.model);
  try {
    const named = namedElements(history, rows);
    if (named !== undefined && proves(history.select(rows, named))) return undefined;
    if (proves(history.select(rows))) return undefined;
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
  }
  return spent.end === undefined ? wrong : `${names} could not be proved again: ${spent.end.message}`;
}

/**
 * The elements of sets that operations of a witness name, where reads in it show others too; undefined elsewhere. What a valid
 * history shows of some elements of a set is valid by itself, so a witness that is proved on its named elements alone is
 * proved, and need not be judged on all that its reads show.
 */
function namedElements(history: History, rows: readonly number[]): ReadonlySet<number> | undefined {
  const isSet = rows.every(
    (row) => history.key[row] !== NONE && history.objectOf(history.key[row]!).type === "set",
  );
  if (!isSet) return undefined;
  const named = new Set(rows.map((row) => history.value[row]!).filter((value) => value !== NONE));
  const isWider = rows.some((row) => history.elementsOf(row).length > named.size);
  return named.size > 0 && isWider ? named : undefined;
}

/** Remembers whether a budget was used up, for checkers that keep it to themselves. */
class SpentBudget implements Budget {
  end: BudgetExceeded | undefined;
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  tick(): void {
    this.#noted(() => this.#budget.tick());
  }

  reserve(bytes: number): void {
    this.#noted(() => this.#budget.reserve(bytes));
  }

  #noted(use: () => void): void {
    try {
      use();
    } catch (error) {
      if (error instanceof BudgetExceeded) this.end = error;
      throw error;
    }
  }
}
