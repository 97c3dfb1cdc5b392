import { expect, test } from "vitest";
import { SECOND } from "#core/units";
import { ACCEPTABLE_DELAY } from "#core/triage-classes";
import { verdictDocumentSchema } from "#core/run";
import { METRICS } from "../harness/metrics/schema.ts";
import { simulateCase } from "../harness/hunt/simulate-case.ts";
import { losingCase } from "../harness/hunt/testing/cases.ts";
import { type CausedRun, causedRun, isNamed } from "./support/caused-runs.ts";

/** In all 19 of 20, the 95 % asked for: of the last five a lone second fault is blamed for one. Runs whose anomalies are due to one fault; `node tools/triage.ts 200` simulates more. */
async function runsFrom(first: number, count: number, withDecoy: boolean): Promise<CausedRun[]> {
  const runs: CausedRun[] = [];
  for (let number = first; runs.length < count; number++) {
    const run = await causedRun(number, withDecoy);
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

test.each([
  [1_000, false, 5],
  [1_100, false, 5],
  [1_200, true, 5],
  [1_300, true, 4],
])(
  "five runs from number %d name the fault and the node (a second fault beside it: %s)",
  async (first, withDecoy, named) => {
    const runs = await runsFrom(first, 5, withDecoy);
    expect(runs.filter(isNamed)).toHaveLength(named);
  },
  120_000,
);

test("a run that loses data says so, and its verdict can be written and read", async () => {
  const { verdict } = await simulateCase(losingCase());
  const lost = verdict.anomalies.filter(({ type }) => type === "lost-element");
  expect(lost.map(({ triage }) => triage?.class)).toEqual(lost.map(() => "flaw"));
  expect(lost[0]?.triage).toMatchObject({ fate: "lost", breaks: ["no-lost-writes"] });
  expect(verdict.causes?.[0]).toMatchObject({ class: "flaw", faults: [{ fault: "partition-leader" }] });
  expect(verdictDocumentSchema.parse(JSON.parse(JSON.stringify(verdict))).causes).toEqual(verdict.causes);
});

test("what is acceptable by default is what the metric allows", () => {
  expect(METRICS.replication_lag_seconds.threshold * SECOND).toBe(ACCEPTABLE_DELAY);
});
