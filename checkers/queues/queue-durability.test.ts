import { describe, expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { runsOf } from "../testing/arbitrary.ts";
import { casesOf } from "../testing/fuzz-table.ts";
import { compareMany, rareClasses } from "../testing/fuzz/fuzz-runs.ts";
import { operations } from "../testing/notation.ts";
import { headerOf, historyFrom, type Operation } from "../testing/operations.ts";
import { convergence } from "../convergence/convergence.ts";
import { queueDurability } from "./queue-durability.ts";

const header = headerOf({ type: "queue" });
const checkRun = (run: readonly Operation[]) => queueDurability.check(historyFrom(run, header), UNLIMITED);
const check = (text: string) => checkRun(operations(text));

test.each([
  ["everything came out", "E1 E2 | Q2 Q1 Q-", "satisfied"],
  ["nothing was acknowledged", "E1? | Q-", "not-applicable"],
  ["an indefinite enqueue that nobody saw", "E1 E2? | Q1 Q-", "satisfied"],
  ["the queue was not emptied", "E1 E2 | Q1", "unknown"],
  ["it was emptied too early", "E1[5,6] | Q-[1,2]", "unknown"],
  ["an indefinite dequeue may have taken it", "E1 Q? | Q-", "unknown"],
  ["an indefinite dequeue came after it was empty", "E1[1,2] | Q-[3,4] | Q[5,]", "violated"],
  ["indefinite dequeues cannot have taken that much", "E1 E2 E3 Q? | Q? | Q-", "violated"],
  ["one node that handed out elements was not emptied", "E1 E2 | Q1@n1 Q-@n2", "unknown"],
  ["both were", "E1 E2 | Q1@n1 Q-@n1 Q-@n2", "violated"],
  ["an element came out twice", "E1 | Q1 Q1 Q-", "satisfied"],
  ["one of two equal elements is missing", "E1 E1 | Q1 Q-", "violated"],
  ["an element is missing", "E1 E2 | Q2 Q-", "violated"],
  ["it came out before it went in, and never again", "Q1[1,2] | E1[3,4] | Q-[5,6]", "violated"],
  ["it came out while it went in", "Q1[1,4] | E1[3,6] | Q-[7,8]", "satisfied"],
  ["of two equal elements the later came out", "Q1[5,6] | E1[1,2] E1[3,8] | Q-[9,10]", "violated"],
  ["each of two equal elements came out", "Q1[3,4] Q1[7,8] | E1[1,2] E1[5,6] | Q-[9,10]", "satisfied"],
  [
    "one of two equal elements came out too early",
    "Q1[3,4] Q1[5,6] | E1[1,2] E1[7,8] | Q-[9,10]",
    "violated",
  ],
])("%s", (_, text, verdict) => {
  expect(check(text).results).toMatchObject([{ model: "no-lost-writes", verdict }]);
});

test("names what is lost, and who found the queue empty", () => {
  const { anomalies, stats } = check("E1 E2 | Q2 Q2 Q-");
  expect(anomalies).toMatchObject([
    {
      type: "lost-element",
      witness: [0, 8],
      explanation:
        "element 1 of x, acknowledged to session s0 at 2.00 ms, never came out, and session s1 found the queue empty at 10.0 ms",
    },
  ]);
  expect(stats).toEqual({
    queue: { attempts: 2, acknowledged: 2, lost: 1, recovered: 0, duplicated: 1, unexpected: 0 },
  });
});

test.each([
  ["Q1[1,2] | E1[3,4] | Q-[5,6]", [0, 2, 4], "came out only before it went in"],
  [
    "Q1[3,4] Q1[5,6] | E1[1,2] E1[7,8] | Q-[9,10]",
    [0, 2, 4, 6, 8],
    "came out 2 times, not always after it went in",
  ],
  ["E1 E1 | Q1 Q-", [0, 2, 4, 6], "came out only 1 time of 2"],
])("says when %s came out", (text, witness, because) => {
  expect(check(text).anomalies).toMatchObject([
    { witness, explanation: expect.stringContaining(`, ${because}, and session`) },
  ]);
});

test("says how many are lost at least where indefinite dequeues may have taken the others", () => {
  const { anomalies, counts } = check(
    "E1[1,2] E2[3,4] E3[5,6] E4[7,8] E5[9,10] | Q[11,] | Q5[13,14] Q-[15,16]",
  );
  expect(counts).toEqual({ "lost-element": 3 });
  expect(anomalies).toMatchObject([
    {
      witness: [0, 2, 10, 13],
      explanation:
        "4 acknowledged elements of x (1; 2; 3; 4) never came out, 1 indefinite dequeue may have taken one each, and session s2 found the queue empty at 16.0 ms: at least 3 of them are lost",
    },
  ]);
});

test("a queue found empty before the last fault was healed proves no loss", () => {
  const fault = (index: number, phase: "started" | "healed") => ({
    id: 1,
    fault: "partition",
    nodes: ["n1"],
    phase,
    index,
    time: index,
  });
  // Invocation and return of the enqueue are events 0 and 1, those of the dequeue 2 and 3.
  const verdict = (...faults: ReturnType<typeof fault>[]) => {
    const history = Object.assign(historyFrom(operations("E1 Q-"), header), { faults });
    return queueDurability.check(history, UNLIMITED).results[0]?.verdict;
  };
  expect(verdict(fault(0, "started"), fault(1, "healed"))).toBe("violated");
  expect(verdict(fault(0, "started"), fault(3, "healed"))).toBe("unknown");
  expect(verdict(fault(0, "started"))).toBe("unknown");
});

test.each([
  ["E1 | Q7", [2], "session s1 took 7 out of x at 4.00 ms, which nobody put in"],
  [
    "E1! | Q1@n1",
    [0, 2],
    "session s1 took 1 out of x on n1 at 4.00 ms, although the only enqueue of it, by session s0, certainly failed",
  ],
])("unexpected: %s", (text, witness, explanation) => {
  expect(check(text).anomalies).toMatchObject([
    { type: "unexpected-element", model: "causal", witness, explanation },
  ]);
  const final = operations(text).map((one) => ({ ...one, final: one.f === "dequeue" }));
  const history = historyFrom(final, header);
  expect(queueDurability.check(history, UNLIMITED).anomalies).toEqual([]);
  expect(convergence.check(history, UNLIMITED).anomalies).toMatchObject([
    { type: "unexplained-final-read", model: "convergence", witness },
  ]);
});

test("where drains end a run, a dequeue that was handed nothing before proves no loss", () => {
  const verdict = (status: "ok" | "fail") => {
    const drain: Operation = { session: 2, f: "drain", key: "x", value: [], inv: 20, ret: 21, status };
    return checkRun([...operations("E1 | Q-"), { ...drain, final: true }]).results;
  };
  expect(verdict("ok")).toMatchObject([{ verdict: "violated" }]);
  expect(verdict("fail")).toMatchObject([
    { verdict: "unknown", reason: "x: 1 element never came out, but it was not emptied at the end" },
  ]);
});

test("stacks lose elements as queues do", () => {
  const of = (text: string) =>
    queueDurability.check(historyFrom(operations(text), headerOf({ type: "stack" })), UNLIMITED);
  expect(of("S1 S2 | T2 T1 T-").results).toMatchObject([{ verdict: "satisfied" }]);
  expect(of("S1 S2 | T2 T-").anomalies).toMatchObject([
    {
      witness: [0, 6],
      explanation:
        "element 1 of x, acknowledged to session s0 at 2.00 ms, never came out, and session s1 found the stack empty at 8.00 ms",
    },
  ]);
  expect(of("S1 T? | T-").results).toMatchObject([
    {
      verdict: "unknown",
      reason: "x: 1 element never came out, but 1 indefinite pop may have taken them",
    },
  ]);
  expect(of("S1! | T1").anomalies).toMatchObject([
    {
      explanation:
        "session s1 took 1 out of x at 4.00 ms, although the only push of it, by session s0, certainly failed",
    },
  ]);
});

test("a drain takes out all that is left", () => {
  const drain: Operation = { session: 2, f: "drain", key: "x", value: [1], inv: 20, ret: 21, status: "ok" };
  expect(checkRun([...operations("E1 | E2"), drain]).anomalies).toMatchObject([{ witness: [2, 4] }]);
  expect(checkRun([...operations("E1 | E2"), { ...drain, value: [2, 1] }]).anomalies).toEqual([]);
});

describe.each(casesOf("queue-durability"))("agrees with the definition: $title", (fuzzCase) => {
  test("verdict and witness", () => {
    expect(rareClasses(compareMany(fuzzCase, runsOf(1000)))).toEqual([]);
  });
});
