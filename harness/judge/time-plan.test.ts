import { describe, expect, test } from "vitest";
import type { CheckerFacts } from "./agenda.ts";
import { TimePlan } from "./time-plan.ts";

const cheap: CheckerFacts = {
  name: "cheap",
  models: ["linearizable"],
  applies: true,
  part: { index: 0, operations: 1_000_000, about: "everything" },
};
const search: CheckerFacts = { ...cheap, searches: true };

/** So long that what the test itself takes does not matter. */
const LONG = 1e9;

describe("time for a history", () => {
  test("without a limit bounds searches only, longer ones for longer histories", () => {
    using plan = new TimePlan(undefined, 1_000_000);
    expect(plan.sliceOf(cheap, false).check).toBe(Number.POSITIVE_INFINITY);
    expect(plan.sliceOf(search, false).check).toBe(80_000);
    expect(plan.words()).toBe("80.0 s for a search, as no --timeout was given");
  });

  test("with a limit never goes beyond it, and leaves half of it to others who wait", () => {
    using plan = new TimePlan(LONG, 1_000_000);
    const whole = plan.sliceOf(search, false);
    expect(whole.check).toBeLessThan(whole.proof);
    expect(whole.proof).toBeLessThan(whole.kill);
    expect(whole.kill).toBeLessThanOrEqual(LONG);
    expect(plan.sliceOf(search, true).kill).toBeLessThanOrEqual(LONG / 2);
    expect(plan.sliceOf(cheap, true).kill).toBeGreaterThan(LONG / 2);
  });
});
