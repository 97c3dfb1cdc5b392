import { expect, test } from "vitest";
import type { Json } from "#core/json";
import type { TimedFaultEvent } from "#core/operation";
import { SECOND } from "#core/units";
import { testHistory } from "../testing/history.ts";
import { clocksOf } from "./clocks.ts";
import { faultBands } from "./faults.ts";

/** From 2 s to 8 s, on n2. */
function clocksUnder(fault: string, parameters: Json, healed: Json = {}) {
  const event = (phase: TimedFaultEvent["phase"], seconds: number, effect: Json = {}) => ({
    ...{ id: 1, fault, phase, nodes: ["n2"], time: seconds * SECOND, effect },
    parameters: parameters as NonNullable<TimedFaultEvent["parameters"]>,
  });
  const history = testHistory([{ start: 0, end: 9 * SECOND }], {
    faults: [event("start", 1), event("started", 2), event("healed", 8, healed)],
  });
  return clocksOf(history, faultBands(history), 9 * SECOND).map(
    ({ node, from, to, start, end, isFlipping }) => [
      node,
      from / SECOND,
      to / SECOND,
      start,
      end,
      isFlipping,
    ],
  );
}

test("a skew is each node's own", () => {
  expect(clocksUnder("clock-skew", { ahead: { n1: -5, n2: 7 } })).toEqual([
    ["n1", 2, 8, -5, -5, false],
    ["n2", 2, 8, 7, 7, false],
  ]);
});

test("jumps add up, evenly over the fault", () => {
  expect(clocksUnder("clock-jump", { jumps: [10, -30, 5] })).toEqual([
    ["n2", 2, 4, 10, 10, false],
    ["n2", 4, 6, -20, -20, false],
    ["n2", 6, 8, -15, -15, false],
  ]);
});

test("a drift goes to where it was measured, else to where its rate leads", () => {
  expect(clocksUnder("clock-drift", { rate: 1.5 })).toEqual([["n2", 2, 8, 0, 3 * SECOND, false]]);
  expect(clocksUnder("clock-drift", { rate: 1.5 }, { drifted: 17 })).toEqual([["n2", 2, 8, 0, 17, false]]);
});

test("a strobe flips between right and wrong", () => {
  expect(clocksUnder("clock-strobe", { by: -9, period: 5 })).toEqual([["n2", 2, 8, 0, -9, true]]);
});

test("other faults, and parameters that nobody knows, say nothing of clocks", () => {
  expect(clocksUnder("partition-one", { ahead: { n1: 1 } })).toEqual([]);
  expect(clocksUnder("clock-skew", { ahead: "much" })).toEqual([]);
  expect(clocksUnder("clock-wobble", {})).toEqual([]);
});
