import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { MILLISECOND } from "#core/units";
import { checkersFor } from "../../../checkers/registry.ts";
import { operations } from "../../../checkers/testing/notation.ts";
import { headerOf, historyFrom, TICK } from "../../../checkers/testing/operations.ts";
import { judge } from "../judge.ts";
import { DELAYS, FLAWS, type TestFault, type TriageCase, UNDETERMINED } from "./testing/cases.ts";
import { triaged } from "./triage.ts";

/** The events of faults as a run records them. */
const eventsOf = (faults: readonly TestFault[]): History["faults"] =>
  faults
    .flatMap(({ fault, nodes, from, to }, id) => [
      { id, fault, nodes: [...nodes], phase: "start" as const, time: from * TICK },
      { id, fault, nodes: [...nodes], phase: "started" as const, time: from * TICK },
      ...(to === undefined
        ? []
        : [{ id, fault, nodes: [...nodes], phase: "healed" as const, time: to * TICK }]),
    ])
    .toSorted((a, b) => a.time - b.time)
    .map((event, index) => ({ ...event, index: 1_000 + index }));

function verdictOf(one: TriageCase): VerdictDocument {
  const header = { ...headerOf({ type: one.holds ?? "register" }), ...one.header };
  const history = historyFrom(operations(one.text), header);
  Object.defineProperty(history, "faults", { value: eventsOf(one.faults ?? []) });
  if (one.isUntimed === true) for (const times of [history.invTime, history.retTime]) times.fill(0);
  const bounds = (one.claims ?? []).flatMap(({ bound }) => bound ?? []);
  const verdict = judge(history, {
    checkers: checkersFor(bounds),
    expectations: one.claims ?? [],
    insufficient: [],
    budgets: () => ({ check: UNLIMITED, proof: UNLIMITED }),
    elapsedMs: () => 0,
  });
  return triaged(history, verdict, one.acceptable === undefined ? undefined : one.acceptable * MILLISECOND);
}

const ALL = [...DELAYS, ...FLAWS, ...UNDETERMINED];

test("there are forty cases", () => {
  expect(ALL.length).toBeGreaterThanOrEqual(40);
});

describe.each([
  ["acceptable convergence delay", DELAYS],
  ["design flaw", FLAWS],
  ["undetermined", UNDETERMINED],
])("%s", (_, cases) => {
  test.each(cases.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    const { anomalies } = verdictOf(one);
    const anomaly = anomalies.filter(({ type }) => type === one.type).at(one.nth ?? 0);
    expect(anomaly?.triage, anomalies.map(({ type }) => type).join()).toMatchObject({ class: one.is });
    expect(anomaly?.triage?.reason).toMatch(one.because);
  });
});
