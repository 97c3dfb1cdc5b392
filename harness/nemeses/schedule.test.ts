import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FaultSchedule, ScheduledFault } from "#core/nemesis";
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

/** How many other faults are in force while this one is. */
const overlapped = (fault: ScheduledFault, schedule: FaultSchedule): number =>
  schedule.filter((one) => one !== fault && one.at < fault.at + fault.for && fault.at < one.at + one.for)
    .length;

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

  test("leaves room for a fault that takes long to begin and to heal, but plans the first whatever the run's time", () => {
    const starts = plan("members", 300, ["member-remove", "leader-transfer"]);
    const after = (fault: string) =>
      starts.flatMap((entry, i) => {
        const next = starts[i + 1];
        return entry.fault !== fault || next === undefined ? [] : [next.at - entry.at - entry.for];
      });
    const [pause = 0] = after("leader-transfer");
    expect(new Set(after("leader-transfer"))).toEqual(new Set([pause]));
    expect(new Set(after("member-remove"))).toEqual(new Set([pause + (faults["member-remove"]?.takes ?? 0)]));
    const last = plan("members", 40, ["member-remove"]).at(-1);
    expect(last?.at).toBeLessThan(40 * SECOND - (last?.for ?? 0) - (faults["member-remove"]?.takes ?? 0));
    expect(plan("members", 5, ["member-remove"])).toHaveLength(1);
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

  test("with overlap, sets faults of other mechanisms beside some, within their time", () => {
    const mechanisms = new Set<string>();
    for (const seed of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      const schedule = planSchedule({
        random: new Random(seed),
        nodes,
        faults,
        time: 900 * SECOND,
        overlap: true,
      });
      expect(schedule.map(({ id }) => id)).toEqual(schedule.map((_, i) => i + 1));
      const [alone, beside] = [0, 1].map((index) =>
        schedule.filter((fault) => overlapped(fault, schedule) === index),
      );
      expect(alone?.length).toBeGreaterThan(20);
      expect(beside?.length).toBeGreaterThan(20);
      for (const fault of beside ?? []) {
        const [other] = schedule.filter(
          (one) => one !== fault && one.at < fault.at + fault.for && fault.at < one.at + one.for,
        );
        const [outer, inner] = (other?.for ?? 0) > fault.for ? [other, fault] : [fault, other];
        expect(inner?.at).toBeGreaterThan(outer?.at ?? 0);
        expect((inner?.at ?? 0) + (inner?.for ?? 0)).toBeLessThan((outer?.at ?? 0) + (outer?.for ?? 0));
        const pair = [fault, other].map((one) => faults[one?.fault ?? ""]?.mechanism ?? "");
        expect(new Set(pair).size).toBe(2);
        mechanisms.add(pair.join("+"));
      }
    }
    expect(mechanisms).toContain("links+clock");
    expect(mechanisms).toContain("process+links");
  });

  test("with overlap, sets nothing beside faults that have only their own mechanism to choose from", () => {
    const partitions = Object.fromEntries(
      Object.entries(faults).filter(([, fault]) => fault.mechanism === "links"),
    );
    const options = { nodes, faults: partitions, time: 300 * SECOND };
    expect(planSchedule({ ...options, random: new Random("x"), overlap: true })).toEqual(
      planSchedule({ ...options, random: new Random("x") }),
    );
  });

  test("is empty without faults and in a run too short for one", () => {
    expect(plan("x", 600, [])).toEqual([]);
    expect(plan("x", 1)).toEqual([]);
  });
});
