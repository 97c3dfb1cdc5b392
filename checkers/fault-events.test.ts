import { expect, test } from "vitest";
import type { History } from "#core/history";
import type { TimedFaultEvent } from "#core/operation";
import { faultEvents } from "./fault-events.ts";

const event = (id: number, phase: TimedFaultEvent["phase"], more: Partial<TimedFaultEvent> = {}) => ({
  ...{ id, fault: "kill-leader", phase, nodes: phase === "started" ? ["n1"] : [], index: 0, time: 0 },
  ...more,
});
const withFaults = (...faults: readonly TimedFaultEvent[]): History =>
  Object.assign(Object.create(null), { faults }) as History;

const NOBODY = { error: "kill-leader: no leader is known" };

test("a fault that found nobody to hit is none", () => {
  const history = withFaults(event(1, "start"), event(1, "healed", NOBODY), event(2, "start"));
  expect(faultEvents(history).map(({ id }) => id)).toEqual([2]);
});

test("one that came into force stays, whatever was told of its end, and so does one of unknown end", () => {
  const history = withFaults(event(1, "start"), event(1, "started"), event(1, "healed", NOBODY));
  expect(faultEvents(history)).toBe(history.faults);
  const torn = withFaults(event(1, "start"));
  expect(faultEvents(torn)).toBe(torn.faults);
});
