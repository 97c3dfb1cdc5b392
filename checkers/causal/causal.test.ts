import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { registerRuns, type RunShape, runsOf } from "../testing/arbitrary.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, operationsOf } from "../testing/operations.ts";
import { keeps, type MultiKeyModel } from "../testing/oracles/multi-key.ts";
import { causal } from "./causal.ts";
import { operationGraph } from "./operation-graph.ts";
import { SessionViews } from "./session-view.ts";
import { sessionViews } from "./session-views.ts";

const header = headerOf({});
const verdictsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [causal, sessionViews]
      .flatMap((checker) => checker.check(historyFrom(operations(text), header), UNLIMITED).results)
      .map(({ model, verdict }) => [model, verdict]),
  );

const verdicts = (causally: string, convergent: string, memory: string, pram: string) => ({
  causal: causally,
  "causal-convergent": convergent,
  "causal-memory": memory,
  pram,
});
const [YES, NO] = ["satisfied", "violated"];

describe("the variants tell apart", () => {
  test.each([
    ["a reply before its post", "Wx1 | Rx1 Wy2 | Ry2 Rx-", verdicts(NO, NO, NO, YES)],
    ["an overwritten value after the cause of its end", "Wx1 Wx2 Wy3 | Ry3 Rx1", verdicts(NO, NO, NO, NO)],
    ["to and fro between concurrent writes", "Wx1 | Wx2 | Rx1 Rx2 Rx1", verdicts(YES, NO, NO, NO)],
    ["two sessions disagree on concurrent writes", "Wx1 Rx2 | Wx2 Rx1", verdicts(YES, NO, YES, YES)],
    [
      "an effect that precedes its cause",
      "Rx1[1,9] Wy2[10,11] | Ry2[1,12] Wx1[13,14]",
      verdicts(NO, NO, NO, YES),
    ],
    ["store buffers", "Wx1 Ry- | Wy2 Rx-", verdicts(YES, YES, YES, YES)],
    ["an indefinite write is followed by nothing", "Wx1? Wx2 | Rx2 Rx1", verdicts(YES, YES, YES, YES)],
    [
      "a late read that tells what came early",
      "Wz9 Wx2 Wy3 | Wx1 | Rx1 Rz- Ry3 Rx1",
      verdicts(YES, YES, NO, NO),
    ],
    ["a deletion in between", "Wx1 Dx Wy2 | Ry2 Rx1", verdicts(NO, NO, NO, NO)],
    ["final reads are left out", "Wx1 Wx2 | Rx2 Rx1*", verdicts(YES, YES, YES, YES)],
  ])("%s", (_, text, expected) => {
    expect(verdictsOf(text)).toEqual(expected);
  });

  test.each([
    ["values written twice", "Wx1 Wx1 | Rx1"],
    ["null that may be a deletion", "Wx1 Dx | Rx-"],
    ["a read that no write explains", "Wx1 | Rx7"],
  ])("unknown: %s", (_, text) => {
    expect(verdictsOf(text)).toEqual(verdicts("unknown", "unknown", "unknown", "unknown"));
  });

  test("unknown: null where something else was there from the start", () => {
    const initial = historyFrom(operations("Wx1 | Rx1 Ry-"), headerOf({ initial: 100 }));
    const { results } = causal.check(initial, UNLIMITED);
    expect(results.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
  });

  test("what is wrong apart from a strange null is found, and proved without the deletion that may explain it", () => {
    const text = "Cx2>1[1,2] Cx->2[3,5] Rx2[6,7] | Dx[1,3]";
    const { anomalies } = causal.check(historyFrom(operations(text), headerOf({ initial: 100 })), UNLIMITED);
    expect(anomalies).toMatchObject([{ type: "cyclic-causality", witness: [0, 3] }]);
  });

  test("a session whose operations overlap: only what had returned comes before", () => {
    const text = "Wx5[2,7] Rx5[1,3] Rx-[6,13]";
    expect(verdictsOf(text)).toEqual(verdicts(NO, NO, NO, NO));
    const { anomalies } = causal.check(historyFrom(operations(text), header), UNLIMITED);
    expect(anomalies).toMatchObject([{ type: "causality-violation", witness: [0, 1, 3] }]);
  });

  test("nothing read, nothing judged", () => {
    expect(new Set(Object.values(verdictsOf("Wx1 Wy2")))).toEqual(new Set(["not-applicable"]));
  });
});

test("a view that takes too long to trace is impossible all the same", () => {
  const graph = operationGraph(historyFrom(operations("Wx1 | Wx2 | Rx1 Rx2 Rx1"), header));
  const own = graph.laneNodes.subarray(graph.laneStart[2]!, graph.laneStart[3]!);
  const judge = (most?: number) => new SessionViews(graph).judge(own, true, UNLIMITED, most);
  expect(judge(0)).toEqual({ own, nodes: undefined });
  expect(judge()?.nodes?.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
});

test("the sentence tells the causes, and the witness is no larger than it must be", () => {
  const text =
    "Wy9[1,2]@n1 Wx1[3,4]@n1 | Rx1[5,6]@n2 Wy2[7,8]@n2 Wz7[9,10]@n2 | Ry2[9,10]@n3 Rz-[11,12]@n3 Rx-[13,14]@n3";
  const { anomalies } = causal.check(historyFrom(operations(text), header), UNLIMITED);
  expect(anomalies[0]).toEqual({
    type: "causality-violation",
    model: "causal",
    key: "x",
    witness: [2, 4, 6, 9, 14],
    explanation:
      "session s2 read x = null from n3 at 13.0 ms although the write of x = 1 was among its causes: session s0 wrote x = 1 to n1; session s1 read x = 1 from n2, then wrote y = 2 to n2; session s2 read y = 2 from n3, then read x = null from n3",
  });
});

const overlapping = { sessions: 2, keys: 2, operations: 8, lies: 90, cas: 8, overlapping: true };
const shapes: [MultiKeyModel, RunShape][] = [
  ["causal", { sessions: 3, keys: 2, operations: 8, lies: 95, cas: 8 }],
  ["causal-convergent", { sessions: 3, keys: 2, operations: 8, lies: 90, cas: 8 }],
  ["causal-memory", { sessions: 3, keys: 2, operations: 8, lies: 90, cas: 8 }],
  ["pram", { sessions: 3, keys: 2, operations: 8, lies: 95, cas: 8 }],
  ["causal", overlapping],
  ["causal-convergent", overlapping],
];

describe.each(shapes)("%s agrees with its definition: %j", (model, shape) => {
  test("verdict and witness", () => {
    const checker = [causal, sessionViews].find(({ models }) => models.includes(model))!;
    const seen = { satisfied: 0, violated: 0, unknown: 0, "not-applicable": 0 };
    fc.assert(
      fc.property(registerRuns(shape), (run) => {
        const history = historyFrom(run, header);
        const { results, anomalies } = checker.check(history, UNLIMITED);
        const { verdict } = results.find((result) => result.model === model)!;
        seen[verdict]++;
        const truth = keeps(model, operationsOf(history));
        if (verdict === "satisfied") expect(truth).toBe(true);
        if (verdict === "violated") expect(truth).toBe(false);
        if (verdict === "unknown") return;
        for (const anomaly of anomalies) {
          const part = history.select(anomaly.witness.map((index) => history.rowOf(index)));
          expect(keeps(anomaly.model as MultiKeyModel, operationsOf(part))).toBe(false);
          const again = checker.check(part, UNLIMITED).anomalies;
          expect(again.map(({ type }) => type)).toContain(anomaly.type);
        }
      }),
      { numRuns: runsOf(800) },
    );
    const total = seen.satisfied + seen.violated + seen.unknown + seen["not-applicable"];
    expect(seen.satisfied / total).toBeGreaterThan(0.2);
    expect(seen.violated / total).toBeGreaterThan(0.2);
  });
});
