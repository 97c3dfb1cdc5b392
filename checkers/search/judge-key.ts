import { type Budget, BudgetExceeded } from "#core/budget";
import type { KeyVerdict } from "#core/checker";
import type { History } from "#core/history";
import { formatDuration } from "#core/units";
import { endOf, isTimed, keyWords, plural } from "../words.ts";
import { deedWords } from "./deeds.ts";
import type { ObjectKind } from "./object-kind.ts";
import { type Problem, selectEntries } from "./problem.ts";
import { wholeRows } from "./whole-rows.ts";
import { type Outcome, search } from "./search.ts";
import { smallWitness } from "./witness.ts";

/** Whether the operations on one key are linearizable. `rows`: its ok and info ones, in order, final ones left out. */
export function judgeKey<State, Call>(
  kind: ObjectKind<State, Call>,
  history: History,
  key: number,
  rows: Int32Array,
  budget: Budget,
): KeyVerdict {
  const problems = kind.problemsOf(history, key, rows);
  if (typeof problems === "string") return { verdict: "unknown", reason: problems };
  let doubt: KeyVerdict | undefined;
  for (const problem of problems) {
    const verdict = withinBudget(() => judgeProblem(kind, history, key, problem, budget));
    if (verdict.verdict === "violated") return verdict;
    if (verdict.verdict === "unknown") doubt ??= verdict;
  }
  return doubt ?? { verdict: "satisfied" };
}

/** A budget that ends here must not take with it what other keys showed. */
function withinBudget(judge: () => KeyVerdict): KeyVerdict {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { verdict: "unknown", reason: error.message };
  }
}

function judgeProblem<State, Call>(
  kind: ObjectKind<State, Call>,
  history: History,
  key: number,
  problem: Problem<State, Call>,
  budget: Budget,
): KeyVerdict {
  budget.tick();
  const fast = kind.fast?.(history, problem, budget);
  if (fast?.verdict === "satisfied") return fast;
  if (fast !== undefined) return violated(problem, wholeRows(kind, problem, fast.entries), fast.because);
  const outcome = search(problem, budget);
  if (outcome.verdict === "gave-up") return { verdict: "unknown", reason: outcome.reason };
  if (outcome.verdict === "linearizable") return { verdict: "satisfied" };
  const witness = wholeRows(kind, problem, smallWitness(kind, problem, outcome, budget));
  const part = selectEntries(problem, witness);
  return violated(problem, witness, stuckWords(kind, history, key, part, retold(part, budget)));
}

/** The search of a witness again, for what can be told of it: a budget that ends here takes back nothing that was proved. */
function retold<State, Call>(part: Problem<State, Call>, budget: Budget): Outcome<State> {
  try {
    return search(part, budget);
  } catch (error) {
    if (!(error instanceof BudgetExceeded)) throw error;
    return { verdict: "gave-up", steps: 0, reason: error.message };
  }
}

const violated = (
  { row }: Problem<unknown, unknown>,
  entries: readonly number[],
  explanation: string,
): KeyVerdict => ({
  verdict: "violated",
  witness: [...new Set(entries.map((entry) => row[entry]!))],
  explanation,
});

/** More operations than this in a row are only counted. */
const MAX_NAMED = 4;

/** How far the operations can be put in order, and what fits nowhere. */
function stuckWords<State, Call>(
  kind: ObjectKind<State, Call>,
  history: History,
  key: number,
  problem: Problem<State, Call>,
  outcome: Outcome<State>,
): string {
  const name = keyWords(history, key);
  const operations = plural(problem.length, "operation");
  if (outcome.verdict !== "impossible") return `no order explains ${operations} on ${name}`;
  const row = problem.row[outcome.stuckAt]!;
  const span = `${formatDuration(history.invTime[row]!)} to ${formatDuration(endOf(history, row))}`;
  const deed = `${deedWords(history, row)}${isTimed(history) ? ` (${span})` : ""}`;
  const start = `no order of these ${operations} on ${name} explains ${deed}`;
  const state = kind.stateWords(history, outcome.state);
  const order = outcome.longest.map((entry) => deedWords(history, problem.row[entry]!));
  if (order.length === 0) return `${start}: ${name} is ${state} at first`;
  const named =
    order.length <= MAX_NAMED
      ? order.join(", ")
      : `${plural(order.length, "operation")}, the last of them ${order.slice(-1).join()}`;
  return `${start}: in the order that goes furthest, after ${named}, ${name} is ${state}`;
}
