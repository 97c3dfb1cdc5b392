import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom } from "../testing/operations.ts";
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

describe.each([...casesOf("causal"), ...casesOf("session-views")])(
  "$title agrees with its definition",
  (fuzzCase) => {
    test("verdict and witness", () => {
      expect(rareClasses(compareMany(fuzzCase, runsOf(800)))).toEqual([]);
    });
  },
);
