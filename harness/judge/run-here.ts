import type { Checker } from "#core/checker";
import type { Agenda } from "./agenda.ts";
import { attempt } from "./attempt.ts";
import type { Part } from "./levels.ts";
import { collectGarbage, highWater, residentBytes } from "./memory.ts";
import { runChecker } from "./run-checker.ts";
import { WorkerBudget } from "./worker-budget.ts";

export interface HereOptions {
  readonly checkers: readonly Checker[];
  readonly parts: readonly Part[];
  /** Bytes that the whole process may take. */
  readonly maxMemory: number;
  /** After so many milliseconds it stops, whatever a checker does. */
  readonly limit: number;
}

/** The budget's own end comes a little before: what obeys need not be interrupted. */
const OBEDIENT_SHARE = 0.8;
const MEMORY_POLL_MS = 5;
/** Never shown: a checker that ends here runs again in a worker. */
const WORDS = { time: "this thread's share", memory: "this thread's share" };

/**
 * Goes through the agenda on this thread as far as that is quick: starting a worker takes longer than judging a small
 * history. What is not done then is left to the workers, as if it had not begun.
 */
export function runHere(agenda: Agenda, options: HereOptions): void {
  const { checkers, parts, maxMemory, limit } = options;
  const now = (): number => performance.now();
  const end = now() + limit * OBEDIENT_SHARE;
  let looked = now();
  const isMemoryShort = (): boolean => {
    if (now() - looked < MEMORY_POLL_MS) return false;
    looked = now();
    return residentBytes() > highWater(maxMemory);
  };
  const sources = { now, resident: residentBytes, isMemoryShort, collectGarbage };
  attempt(() => {
    for (;;) {
      const facts = agenda.next({ heavyFirst: false });
      if (facts === undefined) return;
      const { name, part } = facts;
      const budget = new WorkerBudget(sources, { end, most: highWater(maxMemory), words: WORDS });
      const checker = checkers.find((one) => one.name === name)!;
      const outcome = runChecker(checker, parts[part.index]!.history, { check: budget, proof: budget });
      if (budget.usedUp !== undefined) return;
      agenda.finish(facts, outcome);
    }
  }, limit);
  // The watchdog may end it between any two steps.
  agenda.giveBackUnfinished();
}
