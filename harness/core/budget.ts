import type { Nanoseconds } from "./units.ts";

/**
 * Ends a checker that takes too long or too much memory: it calls `tick` in its loops, `reserve` before it makes something
 * large, and lets `BudgetExceeded` pass through.
 */
export interface Budget {
  /** @throws BudgetExceeded once the budget is used up, and every time after that. Cheap: for every operation. */
  tick(): void;
  /** Before an array of megabytes is made. @throws BudgetExceeded where there is no room for so many bytes */
  reserve(bytes: number): void;
}

export class BudgetExceeded extends Error {
  constructor(limit: string) {
    super(`budget used up: ${limit}`);
    this.name = "BudgetExceeded";
  }
}

export const UNLIMITED: Budget = { tick: () => undefined, reserve: () => undefined };

/** A budget of elapsed time on the clock given; it looks at the clock every 64 ticks. */
export function timeBudget(now: () => Nanoseconds, limit: Nanoseconds, words: string): Budget {
  const end = now() + limit;
  let ticks = 0;
  let isOver = false;
  return {
    tick: () => {
      if (!isOver && (++ticks & 63) === 0) isOver = now() > end;
      if (isOver) throw new BudgetExceeded(words);
    },
    reserve: () => undefined,
  };
}
