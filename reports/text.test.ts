import { describe, expect, test } from "vitest";
import type { Anomaly } from "#core/verdict";
import { testVerdict } from "./testing/documents.ts";
import { testHistory } from "./testing/history.ts";
import { lossyRun } from "./testing/lossy-run.ts";
import { renderText } from "./text.ts";

describe("terminal summary", () => {
  test("tells verdict, cause, models, proof and figures", () => {
    const { verdict, run, history } = lossyRun(600);
    expect(renderText(verdict, run, { history })).toMatchInlineSnapshot(`
      "✗ Broken  redis set, seed 7
        15 acknowledged adds are lost: n1 acknowledged them while it was cut off from the others.

        ✗ violated       no-lost-writes  must hold, broken
        ✓ held           convergence     must hold, as expected
        ? unknown        linearizable    not promised: budget used up: 10 s

        Causes
          ✗ design flaw        15 lost elements on n1 while it was cut off
                               (partition-leader), all gone from every node

        Lost element × 15
          add of 120 was acknowledged by n1 at 12.0 s, and no final read returned it

          p0 · n1        final · n1      final · n2      final · n3
          ● 1 add s 120  ┊               ┊               ┊                12.0003 s
          ┊              ● 2 r s→[1,2,3] ● 3 r s→[1,2,3] ● 4 r s→[1,2,3]  65.0000 s

          what has to come before what, and why (→ comes before):
          a   1 → 2  had ended before the other began
          b   2 → 1  what it read lacks the element
          c   3 → 1  what it read lacks the element
          d   4 → 1  what it read lacks the element
          So 1 → 2 → 1: round in a circle, which no order can do.

        operations   603: 594 ok, 1 failed, 8 indefinite
        elements     444 acknowledged, 15 lost
        stale reads  412 of 4,000, up to 8.20 s behind
        converged    n1 within 690 ms, n2 within 12.0 ms, n3 within 120 ms

        ! 1 add was answered after its time limit and counts as indefinite"
    `);
  });

  test("tells events where nobody recorded times, also of an operation that never ended", () => {
    const history = testHistory([
      { f: "write", key: "x", value: 1, start: 0, end: 0 },
      { f: "write", key: "x", value: 2, start: 0, end: null },
    ]);
    const anomaly: Anomaly = {
      type: "non-linearizable",
      model: "linearizable",
      key: "x",
      witness: [history.invRank[0]!, history.invRank[1]!],
      explanation: "it is so",
    };
    const text = renderText(testVerdict({ anomalies: [anomaly] }), undefined, { history });
    expect(text).toContain("event 0");
  });

  test("tells of the models that one reason leaves undecided in one line, and why something is expected", () => {
    const unknown = { verdict: "unknown", reason: "3 was written twice" } as const;
    const text = renderText(
      testVerdict({
        expectations: [
          { model: "linearizable", is: "holds", reason: "the strongest model", outcome: "broken" },
        ],
        results: [
          { model: "linearizable", verdict: "violated", reason: "follows from causal" },
          { model: "sequential", ...unknown },
          { model: "pram", ...unknown },
          { model: "convergence", verdict: "unknown", reason: "no final reads" },
        ],
      }),
    );
    expect(text.split("\n").slice(3)).toEqual([
      "  ✗ violated       linearizable  must hold, broken: follows from causal",
      "  ? unknown        sequential, pram  not promised: 3 was written twice",
      "  ? unknown        convergence   not promised: no final reads",
      "  expected: the strongest model",
    ]);
  });

  test("names events where no times were recorded, and no null that nobody asked for", () => {
    const history = testHistory([
      { process: 0, f: "acquire", key: "l", value: null, start: 0, end: 0 },
      { process: 1, f: "acquire", key: "l", value: null, start: 0, end: 0 },
    ]);
    const anomaly: Anomaly = {
      type: "non-linearizable",
      model: "linearizable",
      witness: [...history.invRank],
      explanation: "two holders",
    };
    const text = renderText(
      testVerdict({ anomalies: [anomaly], counts: { "non-linearizable": 1 } }),
      undefined,
      {
        history,
      },
    );
    expect(text).toContain("● 1 acq l  ● 2 acq l  event 0\n");
    expect(text).not.toContain(" s\n");
    expect(text).not.toContain("null");
  });

  test("does without a run and without a history", () => {
    expect(renderText(testVerdict())).toBe("✓ Held  runs/test/history.jsonl\n  all expectations hold");
  });

  test("says what was proved of a bound that held", () => {
    const reason = "no read is provably more than 5.00 s behind, each of them taken by itself";
    const model = "bounded-staleness" as const;
    const verdict = testVerdict({
      models: { [model]: { verdict: "satisfied", reason } },
      results: [{ model, verdict: "satisfied", reason }],
      expectations: [{ model, bound: { time: 5e9 }, is: "holds", outcome: "met" }],
    });
    expect(renderText(verdict)).toContain(`must hold, as expected: ${reason}`);
  });

  test("paints through the function given, and only through it", () => {
    const { verdict, run, history } = lossyRun(600);
    const text = renderText(verdict, run, {
      history,
      style: (style, piece) => `<${style}>${piece}</${style}>`,
    });
    expect(text).toContain("<bad>✗ Broken</bad>");
    expect(text).toContain("<good>✓ held");
    expect(text).not.toContain("\u001b");
  });

  test("lets no recorded value move the cursor", () => {
    const verdict = testVerdict({
      summary: "\u001b[2Jgone",
      anomalies: [
        { type: "stale-read", model: "pram", witness: [], explanation: "\u001b]0;title\u0007 \u202e" },
      ],
    });
    expect(renderText(verdict)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});
