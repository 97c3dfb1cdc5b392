import { describe, expect, test } from "vitest";
import { testRun, testVerdict } from "./testing/documents.ts";
import { lossyRun } from "./testing/lossy-run.ts";
import { MAX_SUMMARY_BYTES, renderSummary, summaryEntry, unreadableEntry } from "./summary.ts";

const METRIC = {
  ...{ name: "write_error_rate", value: 1.23456, unit: "%", threshold: 0.5, alarm: "above" as const },
  ...{ breached: true, basis: "12 of 1000 updates" },
};

describe("a summary of one run", () => {
  const input = lossyRun(2_000);
  const text = renderSummary([summaryEntry({ ...input, metrics: [METRIC] })]);

  test("has verdict, promises, witness, metrics and how to repeat it", () => {
    expect(text).toMatch(/^## ✗ Broken: /);
    expect(text).toMatch(/\| no-lost-writes \| must hold \| ✗ violated \| broken/);
    expect(text).toMatch(/### First witness: .*\n\n.*\n\n```text\n[^`]*●[^`]*\n```\n/);
    expect(text).toContain(
      "| write&#95;error&#95;rate | 1.23 % | above 0.5 % | ✗ alarm | 12 of 1000 updates |",
    );
    expect(text).toMatch(/<details><summary>Run it again<\/summary>\n\n```text\nriftcheck run /);
  });

  test("fits into a comment, and says what does not", () => {
    const entries = Array.from({ length: 400 }, () => summaryEntry(input));
    const long = renderSummary(entries);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(MAX_SUMMARY_BYTES);
    expect(Buffer.byteLength(long)).toBeGreaterThan(MAX_SUMMARY_BYTES / 2);
    expect(long).toMatch(/parts left out for want of room/);
    expect(long.match(/^`{3,}/gm)?.length).toSatisfy((fences: number) => fences % 2 === 0);
  });
});

test("of several the broken ones come first", () => {
  const text = renderSummary([
    summaryEntry({ verdict: testVerdict({ file: "good" }) }),
    unreadableEntry("none", "none: expected a file"),
    summaryEntry({ verdict: testVerdict({ file: "bad", valid: false }) }),
  ]);
  expect([...text.matchAll(/^(?:\| |## )[✗✓!] .*/gm)].map(([line]) => line.slice(0, 16))).toEqual([
    ...["| ✗ Broken | bad", "| ! Unreadable |", "| ✓ Held | good "],
    ...["## ✗ Broken: bad", "## ! Unreadable:", "## ✓ Held: good"],
  ]);
});

describe("hostile values stay text", () => {
  const HOSTILE = "<img src=x> | **a** [b](c) `d` @user #1 https://e.f $g$ \n# h";
  const render = (text: string): string =>
    renderSummary([
      summaryEntry({
        run: testRun({ command: `run \`\`\`\n# ${text}` }),
        metrics: [{ ...METRIC, name: text, unit: text, basis: text }],
        verdict: testVerdict({
          ...{ summary: text, valid: false, warnings: [text], counts: { [text]: 1 } },
          expectations: [{ model: "pram", is: "holds", outcome: "broken", objects: text }],
          results: [{ model: "pram", verdict: "violated", reason: text, objects: text }],
          anomalies: [{ type: "stale-read", model: "pram", witness: [0], explanation: text }],
        }),
      }),
    ]);

  test("outside of code nothing of Markdown, HTML or GitHub is left", () => {
    const outside = render(HOSTILE).replace(/(`{3,})text\n[^]*?\n\1/g, "");
    for (const mark of ["<img", "**", "[b]", "`d`", "@user", "#1 ", "https://", "$g$"])
      expect(outside).not.toContain(mark);
    expect(outside).toContain("&#60;img src=x&#62;");
    expect(outside).not.toMatch(/^# h/m);
  });

  test("a cell stays a cell", () => {
    const rows = render(HOSTILE)
      .split("\n")
      .filter((line) => line.startsWith("| "));
    expect(new Set(rows.map((row) => row.split("|").length))).toEqual(new Set([4, 6, 7]));
  });

  test("no fence is closed from inside", () => {
    expect(render("x")).toMatch(/````text\nrun ```\n# x\n````/);
  });

  test.each(["- a", "1. a", "+ a", "= a", "2) a"])("%s begins no list", (text) => {
    expect(render(text)).not.toMatch(/^(?:[-+=]|\d+[.)]) a/m);
  });
});
