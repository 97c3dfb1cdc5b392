import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import type { History } from "#core/history";
import type { VerdictDocument } from "#core/run";
import { MILLISECOND } from "#core/units";
import { checkersFor } from "../../../checkers/registry.ts";
import { operations } from "../../../checkers/testing/notation.ts";
import { headerOf, historyFrom, TICK } from "../../../checkers/testing/operations.ts";
import { judge } from "../judge.ts";
import { faultSpans } from "./fault-spans.ts";
import { RULES } from "./rules.ts";
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

test("nothing is due to a fault that found nobody to hit", () => {
  const history = historyFrom(operations("W1[1,2]"), headerOf({}));
  const told = { id: 1, fault: "kill-leader", nodes: [], index: 0 };
  const faults: History["faults"] = [
    { ...told, phase: "start", time: 0 },
    { ...told, phase: "healed", time: 5 * TICK, error: "kill-leader: no leader is known" },
  ];
  Object.defineProperty(history, "faults", { value: faults });
  expect(faultSpans(history)).toEqual([]);
});

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

describe("causes", () => {
  const cutOff = { fault: "partition-one", nodes: ["n3"], from: 100, to: 20_000 };
  const stale = (count: number, from: number): string =>
    Array.from({ length: count }, (_, i) => `R1[${from + 10 * i},${from + 10 * i + 5}]@n3`).join(" ");
  const causes = (more: Partial<TriageCase>) =>
    verdictOf({ name: "", text: "", type: "stale-read", is: "delay", because: /./, ...more }).causes?.filter(
      ({ type }) => type === "stale-read",
    );

  test("anomalies of one place, fault and class are one", () => {
    const text = `W1[0,10]@n1 W2[200,210]@n1 | ${stale(14, 5000)} R2[20890,20900]@n3`;
    expect(causes({ text, faults: [cutOff] })).toMatchObject([
      {
        class: "delay",
        count: 14,
        nodes: ["n3"],
        faults: [{ fault: "partition-one", nodes: ["n3"], when: "during", ids: [0] }],
        first: 5005 * TICK,
        last: 5135 * TICK,
        resolution: { min: 900 * TICK, median: 900 * TICK, max: 900 * TICK },
        sentence:
          "14 stale reads on n3 while it was cut off (partition-one), all resolved within 900 ms after healing (median 900 ms)",
      },
    ]);
  });

  test("the same fault again is the same cause, another is another", () => {
    const again = { ...cutOff, from: 30_000, to: 40_000 };
    const paused = { fault: "pause-one", nodes: ["n1"], from: 50_000, to: 60_000 };
    const text = `W1[0,10]@n1 W2[200,210]@n1 W3[31000,31010]@n1 W4[50500,50510]@n1 | ${stale(1, 5000)} R2[20890,20900]@n3 R2[35000,35010]@n3 R3[40500,40510]@n3 R3[55000,55010]@n3 R4[60100,60110]@n3`;
    expect(causes({ text, faults: [cutOff, again, paused] })).toMatchObject([
      { count: 2, faults: [{ fault: "partition-one", ids: [0, 1] }] },
      {
        count: 1,
        faults: [{ fault: "pause-one", nodes: ["n1"] }],
        sentence: expect.stringMatching(/while n1 was paused/),
      },
    ]);
  });

  test("flaws come first, and no fault is made up", () => {
    const text =
      "W1[0,10]@n1 W2[20,30]@n1 W3[7000,7010]@n1 | R1[100,110]@n2 R1[150,160]@n2 R2[900,910]@n2 | R1[6000,6010]@n3 R3[8000,8010]@n3";
    expect(causes({ text })).toMatchObject([
      {
        class: "flaw",
        nodes: ["n3"],
        faults: [],
        sentence: expect.stringMatching(/without any fault on record/),
      },
      { class: "delay", nodes: ["n2"], count: 2 },
    ]);
  });

  test("what is lost is due to the fault that came when it had been acknowledged", () => {
    const text = "W1[0,10]@n1 W2[900,910]@n1 | R1[9000,9010]@n1* R1[9000,9010]@n2* R1[9000,9010]@n3*";
    const faults = [{ fault: "kill-leader", nodes: ["n1"], from: 950, to: 3000 }];
    expect(verdictOf({ ...FLAWS[0]!, text, faults }).causes).toMatchObject([
      {
        type: "lost-write",
        nodes: ["n1"],
        faults: [{ fault: "kill-leader", when: "before" }],
        sentence: "1 lost write on n1 before it was down (kill-leader), gone from every node",
      },
    ]);
  });
});

test("docs/triage.md shows the rules as they are, in their order", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/triage.md"), "utf8");
  const rows = text.split("\n").flatMap((line) => /^\| \d+ \| (.*) \| (.*) \|$/.exec(line)?.slice(1) ?? []);
  const words = { flaw: "design flaw", delay: "convergence delay", undetermined: "undetermined" };
  expect(rows).toEqual(RULES.flatMap((rule) => [rule.when, words[rule.class]]));
});
