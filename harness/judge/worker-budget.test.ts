import { describe, expect, test } from "vitest";
import { BudgetExceeded } from "#core/budget";
import { WorkerBudget } from "./worker-budget.ts";

const MB = 2 ** 20;

/** A process whose clock and memory the test sets. */
function processOf(start: { now?: number; resident?: number; isShort?: boolean; garbage?: number }) {
  const state = { now: 0, resident: 0, isShort: false, garbage: 0, ...start };
  const sources = {
    now: () => state.now,
    resident: () => state.resident,
    isMemoryShort: () => state.isShort,
    collectGarbage: () => {
      state.resident -= state.garbage;
      state.garbage = 0;
    },
  };
  const words = { time: "--timeout 1 s", memory: "--max-memory 100 MB" };
  return { state, budget: new WorkerBudget(sources, { end: 1_000, most: 100 * MB, words }) };
}

const tickOften = (budget: WorkerBudget) => {
  for (let i = 0; i < 64; i++) budget.tick();
};

describe("a worker's budget", () => {
  test("ends with its time and stays ended", () => {
    const { state, budget } = processOf({});
    tickOften(budget);
    expect(budget.usedUp).toBeUndefined();
    state.now = 1_001;
    expect(() => tickOften(budget)).toThrow(new BudgetExceeded("--timeout 1 s"));
    state.now = 0;
    expect(() => budget.tick()).toThrow(BudgetExceeded);
    expect(budget.usedUp).toBe("time");
  });

  test("ends where memory is short, unless garbage was all it was", () => {
    const full = processOf({ isShort: true, resident: 150 * MB, garbage: 40 * MB });
    expect(() => tickOften(full.budget)).toThrow(new BudgetExceeded("--max-memory 100 MB"));
    expect(full.budget.usedUp).toBe("memory");
    const littered = processOf({ isShort: true, resident: 150 * MB, garbage: 60 * MB });
    tickOften(littered.budget);
    expect(littered.budget.usedUp).toBeUndefined();
  });

  test("has no room for an array that would not fit, before it is made", () => {
    const { state, budget } = processOf({ resident: 50 * MB });
    budget.reserve(40 * MB);
    expect(() => budget.reserve(60 * MB)).toThrow(BudgetExceeded);
    expect(state.resident).toBe(50 * MB);
  });
});
