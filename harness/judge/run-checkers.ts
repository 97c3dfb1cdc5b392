import type { Checker } from "#core/checker";
import type { History } from "#core/history";
import type { Model } from "#core/verdict";
import { Agenda, type CheckerFacts, type Outcome } from "./agenda.ts";
import { ABOUT_THE_END } from "./expectations.ts";
import { type Lattice, latticeOf } from "./lattice.ts";
import { type Part, partsOf } from "./levels.ts";
import { type CheckerBudgets, runChecker } from "./run-checker.ts";

export interface RunOptions {
  /** In order: what one finds satisfied saves those after it that it implies. */
  readonly checkers: readonly Checker[];
  /** Models to judge however long the history is. */
  readonly asked?: readonly Model[];
  /** What a checker may use up. */
  budgets(): CheckerBudgets;
}

/** Runs every checker that applies, one after the other on this thread. */
export function runCheckers(history: History, { checkers, asked, budgets }: RunOptions): Outcome[] {
  const byName = new Map(checkers.map((checker) => [checker.name, checker]));
  const parts = partsOf(history);
  const agenda = new Agenda(factsOf(checkers, history, parts), asked === undefined ? {} : { asked });
  for (let facts = agenda.next({ heavyFirst: false }); facts !== undefined; ) {
    const part = parts[facts.part.index]!.history;
    agenda.finish(facts, runChecker(byName.get(facts.name)!, part, budgets()));
    facts = agenda.next({ heavyFirst: false });
  }
  return agenda.outcomes();
}

/** What there is to run: every checker for every part that it concerns, part by part. `parts`: of this history. */
export function factsOf(
  checkers: readonly Checker[],
  history: History,
  parts: readonly Part[],
): CheckerFacts[] {
  const lattice = latticeOf(history);
  return parts.flatMap((part, index) =>
    checkers
      .filter((checker) => concerns(checker, part))
      .map((checker) => factsIn(part, index, checker, lattice)),
  );
}

const NO_REAL_TIME = "the history records sessions and no real time";

function factsIn(
  { history, level, about }: Part,
  index: number,
  checker: Checker,
  lattice: Lattice,
): CheckerFacts {
  const { name, models, mostOperations, searches, needsRealTime, byKey } = checker;
  const impliedBy = checker.impliedBy?.filter((strong) =>
    models.every((model) => lattice.follows(model, strong)),
  );
  return {
    name,
    models,
    ...(impliedBy === undefined ? {} : { impliedBy }),
    ...(mostOperations === undefined ? {} : { mostOperations }),
    ...(searches === undefined ? {} : { searches }),
    ...(byKey === undefined ? {} : { sharesKeys: true }),
    ...(needsRealTime === true && history.header.realTime === false ? { unfit: NO_REAL_TIME } : {}),
    applies: checker.applies(history),
    part: { index, operations: history.length, about, ...(level === undefined ? {} : { level }) },
  };
}

const concerns = ({ models }: Checker, { about }: Part): boolean =>
  about === "everything" || models.some((model) => ABOUT_THE_END.includes(model) === (about === "the-end"));

/** Whether a checker has to do with one of the models asked for. */
export const decides = (checker: Checker, models: readonly Model[] | undefined): boolean =>
  models === undefined || checker.models.some((model) => models.includes(model));
