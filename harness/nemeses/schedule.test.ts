import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import { faults } from "./registry.ts";
import { planSchedule } from "./schedule.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const plan = (seed: string, seconds: number, names: readonly string[] = Object.keys(faults)) =>
  planSchedule({
    random: new Random(seed),
    nodes,
    faults: Object.fromEntries(Object.entries(faults).filter(([name]) => names.includes(name))),
    time: seconds * SECOND,
  });

describe("planSchedule", () => {
  test("gives the same list for the same seed and another for another", () => {
    expect(plan("a", 300)).toEqual(plan("a", 300));
    expect(plan("a", 300)).not.toEqual(plan("b", 300));
  });

  test("keeps every fault inside the run, one after the other, with a pause between", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 3, max: 3_000 }), (seed, seconds) => {
        let free = 0;
        for (const fault of plan(seed, seconds)) {
          expect(fault.at).toBeGreaterThan(free);
          free = fault.at + fault.for;
        }
        expect(free).toBeLessThan(seconds * SECOND);
      }),
    );
  });

  test("aims every second fault at the leader where a chosen fault does", () => {
    const names = plan("x", 600).map(({ fault }) => faults[fault]?.aimsAtLeader);
    expect(names.length).toBeGreaterThan(10);
    expect(names.every((aims, i) => aims === (i % 2 === 0))).toBe(true);
  });

  test("deals every kind before any comes again", () => {
    const kinds = ["partition-halves", "partition-one", "kill-one"];
    const dealt = plan("deck", 600, kinds).map(({ fault }) => fault);
    for (let i = 0; i + 3 <= dealt.length; i += 3) expect(new Set(dealt.slice(i, i + 3)).size).toBe(3);
  });

  test("is empty without faults and in a run too short for one", () => {
    expect(plan("x", 600, [])).toEqual([]);
    expect(plan("x", 1)).toEqual([]);
  });
});
