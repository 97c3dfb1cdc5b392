import type { RunRecord } from "#core/run";
import { describe, expect, test } from "vitest";
import { renderJunit } from "./junit.ts";
import { cutOff, testRun, testVerdict } from "./testing/documents.ts";

const verdict = testVerdict({
  valid: false,
  models: { convergence: { verdict: "unknown", reason: "no final reads" } },
  expectations: [
    { model: "no-lost-writes", is: "holds", outcome: "broken" },
    { model: "convergence", is: "holds", outcome: "undecided" },
    { model: "pram", is: "holds", outcome: "met" },
    { model: "linearizable", is: "breaks", outcome: "surprise" },
  ],
  anomalies: Array.from({ length: 7 }, (_, i) => ({
    type: "lost-write" as const,
    model: "no-lost-writes" as const,
    witness: [],
    explanation: `write ${i} of "<x>" & \u0000\u001b]]> was lost`,
  })),
});

describe("JUnit", () => {
  test("has a case for each expectation and one for the run", () => {
    expect(renderJunit(verdict, testRun())).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="riftcheck" tests="5" failures="1" errors="0" skipped="1" time="0.012">
        <testsuite name="riftcheck.redis.set" tests="5" failures="1" errors="0" skipped="1" time="0.012" timestamp="2026-11-20T09:30:00.000Z">
          <properties>
            <property name="command" value="riftcheck run redis --topology sentinel --workload set --faults partition --time 60s --seed 7"/>
            <property name="seed" value="7"/>
            <property name="environment" value="docker"/>
          </properties>
          <testcase classname="riftcheck.redis.set" name="the run completes" time="66.000"/>
          <testcase classname="riftcheck.redis.set" name="no-lost-writes must hold"><failure message="write 0 of &quot;&lt;x&gt;&quot; &amp; ␀␛]]&gt; was lost" type="failure">What was acknowledged or shown to somebody stays.
      lost-write: write 0 of &quot;&lt;x&gt;&quot; &amp; ␀␛]]&gt; was lost
      lost-write: write 1 of &quot;&lt;x&gt;&quot; &amp; ␀␛]]&gt; was lost
      lost-write: write 2 of &quot;&lt;x&gt;&quot; &amp; ␀␛]]&gt; was lost
      lost-write: write 3 of &quot;&lt;x&gt;&quot; &amp; ␀␛]]&gt; was lost
      lost-write: write 4 of &quot;&lt;x&gt;&quot; &amp; ␀␛]]&gt; was lost
      and 2 more</failure></testcase>
          <testcase classname="riftcheck.redis.set" name="convergence must hold"><skipped message="no final reads"/></testcase>
          <testcase classname="riftcheck.redis.set" name="pram must hold"/>
          <testcase classname="riftcheck.redis.set" name="linearizable is known to break"><system-out>expected to break, and did not</system-out></testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test("holds nothing that XML does not allow", () => {
    const ended = {
      ...testRun().ended,
      how: "failed",
      error: "torn \u0000\u001b\uffff log",
    } as RunRecord["ended"];
    const xml = renderJunit(
      verdict,
      testRun({ command: "run \u0007\ud800 'a' <b>", ...(ended && { ended }) }),
    );
    expect(xml).toContain("torn  log</error>");
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
    expect(xml.isWellFormed()).toBe(true);
    expect(xml).toContain("&lt;x&gt;");
    expect(xml).not.toContain("<x>");
  });

  test("a run that did not complete is an error", () => {
    const run = cutOff(testRun());
    expect(renderJunit(testVerdict(), run)).toContain('<error message="the run was cut off"');
    expect(renderJunit(testVerdict(), run)).toContain('errors="1"');
  });

  test("a history without a run has expectations only", () => {
    expect(renderJunit(testVerdict())).toContain('<testsuite name="riftcheck" tests="0"');
  });

  describe("metrics", () => {
    const metrics = [
      {
        name: "lag",
        value: 9,
        unit: "s",
        threshold: 5,
        alarm: "above",
        breached: true,
        basis: "reads of <n1>",
      },
      {
        name: "repair",
        value: 99,
        unit: "%",
        threshold: 95,
        alarm: "below",
        breached: false,
        basis: "99 of 100",
      },
      {
        name: "rate",
        value: null,
        unit: "/min",
        threshold: 10,
        alarm: "above",
        breached: false,
        basis: "told by nobody",
      },
    ] as const;
    const render = (gate: boolean): string => renderJunit(testVerdict(), testRun(), { metrics, gate });

    test("each has a case: what raises an alarm fails with the gate", () => {
      const xml = render(true);
      expect(xml).toContain('<testsuites name="riftcheck" tests="4" failures="1" errors="0" skipped="1"');
      expect(xml).toContain('name="lag at most 5 s"><failure message="9 s: reads of &lt;n1&gt;"');
      expect(xml).toContain(
        'name="repair at least 95 %"><system-out>99 %: 99 of 100</system-out></testcase>',
      );
      expect(xml).toContain('name="rate at most 10 /min"><skipped message="told by nobody"/></testcase>');
    });

    test("without the gate an alarm is told and fails nothing, as the exit code", () => {
      expect(render(false)).toContain('failures="0"');
      expect(render(false)).toContain("<system-out>alarm: 9 s: reads of &lt;n1&gt;</system-out>");
    });
  });
});
