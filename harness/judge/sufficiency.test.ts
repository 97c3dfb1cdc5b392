import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { parseHistory } from "../history/read-history.ts";
import { insufficiencies } from "./sufficiency.ts";

/** Writes that end at these seconds, with a fault from second 10 to second 20. */
function historyOf(ends: readonly { at: number; type: "ok" | "fail" }[], hadEffect = true): string {
  const fault = (at: number, phase: string, effect = {}) => ({
    at,
    event: {
      process: "nemesis",
      type: "info",
      f: "fault",
      value: { id: 1, fault: "kill-one", phase, nodes: ["n1"], effect },
    },
  });
  const events = [
    fault(10, "started"),
    fault(20, "healing"),
    fault(21, "healed", { hadEffect }),
    ...ends.flatMap(({ at, type }, i) => [
      { at, event: { process: i, type: "invoke", f: "write", key: "x", value: i } },
      { at, event: { process: i, type, f: "write", key: "x", value: i } },
    ]),
  ].sort((a, b) => a.at - b.at);
  return events
    .map(({ at, event }, index) => `${JSON.stringify({ index, time: at * SECOND, ...event })}\n`)
    .join("");
}

const reasonsOf = (text: string, minimum = { ok: 1, duringFault: 1, planned: 1 }) =>
  insufficiencies(parseHistory(text), minimum);

describe("insufficiencies", () => {
  test("none where work was done and the fault did something", () => {
    expect(reasonsOf(historyOf([{ at: 15, type: "ok" }]))).toEqual([]);
  });

  test("an operation counts at whatever nanosecond it ended", () => {
    const started = historyOf([{ at: 15, type: "ok" }]);
    const early = started
      .replaceAll(`"time":${10 * SECOND}`, '"time":2147483600')
      .replaceAll(`"time":${15 * SECOND}`, '"time":2147483647');
    expect(reasonsOf(early)).toEqual([]);
  });

  test("a refused operation during a fault counts: the clients were there", () => {
    expect(
      reasonsOf(
        historyOf([
          { at: 5, type: "ok" },
          { at: 15, type: "fail" },
        ]),
      ),
    ).toEqual([]);
  });

  test("too few successes, in all", () => {
    const reasons = reasonsOf(historyOf([{ at: 15, type: "fail" }]));
    expect(reasons).toEqual(["only 0 operations succeeded, at least 1 are needed"]);
  });

  test("nothing during a fault", () => {
    const reasons = reasonsOf(historyOf([{ at: 5, type: "ok" }]));
    expect(reasons).toEqual([
      "only 0 operations ended during kill-one on n1 at 10.0 s, at least 1 are needed",
    ]);
  });

  test("a fault that changed nothing", () => {
    const reasons = reasonsOf(historyOf([{ at: 15, type: "ok" }], false));
    expect(reasons).toEqual(["the fault kill-one on n1 at 10.0 s changed nothing that can be seen"]);
  });

  test("a planned fault that never came", () => {
    const reasons = reasonsOf(historyOf([{ at: 15, type: "ok" }]), { ok: 1, duringFault: 1, planned: 2 });
    expect(reasons).toEqual(["1 of 2 planned faults never came into force"]);
  });
});
