import type { Nanoseconds } from "./units.ts";

/** Ends a checker that takes too long: it calls `tick` in its loops and lets `BudgetExceeded` pass through. */
export interface Budget {
  /** @throws BudgetExceeded once the budget is used up. Cheap: may be called for every operation. */
  tick(): void;
}

export class BudgetExceeded extends Error {
  constructor(limit: string) {
    super(`budget used up: ${limit}`);
    this.name = "BudgetExceeded";
  }
}

export const UNLIMITED: Budget = { tick: () => undefined };

/** A budget of elapsed time on the clock given; it looks at the clock every 1 024 ticks. */
export function timeBudget(now: () => Nanoseconds, limit: Nanoseconds, words: string): Budget {
  const end = now() + limit;
  let ticks = 0;
  return {
    tick: () => {
      if ((++ticks & 1023) === 0 && now() > end) throw new BudgetExceeded(words);
    },
  };
}
