import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { setStatsSchema } from "#core/run";
import { reportData, type ReportInput } from "./data.ts";
import { renderHtml } from "./html.ts";
import { cutOff, testRun, testVerdict } from "./testing/documents.ts";
import { testHistory } from "./testing/history.ts";
import { lossyRun } from "./testing/lossy-run.ts";

const ASSETS = { script: "start()", style: "body{}", plots: "" };
const HOSTILE = "</script><img src=x onerror=alert(1)>";

const render = (input: ReportInput): string => renderHtml(reportData(input), ASSETS);
/** The text that travels packed in the script element with this id. */
const unpacked = (page: string, id: string): string => {
  const packed = new RegExp(`<script type="text/plain" id="${id}">([^<]*)</script>`).exec(page)?.[1] ?? "";
  return packed === "" ? "" : inflateRawSync(Buffer.from(packed, "base64")).toString("utf8");
};
/** The page with what is folded away put in behind it. */
const unfolded = (page: string): string =>
  page + Object.values(JSON.parse(unpacked(page, "folded") || "{}") as Record<string, string>).join("");
const sectionsOf = (page: string): string[] =>
  [...page.matchAll(/<section id="([^"]+)"/g)].map((match) => match[1] ?? "");

const ALWAYS = [
  "promises",
  "anomalies",
  "time",
  "faults",
  "timeline",
  "operations",
  "health",
  "repeat",
  "notes",
];

describe("the page", () => {
  test("allows exactly the script and the style it contains", () => {
    const page = render(lossyRun(200));
    const loader = page.slice(page.lastIndexOf("<script>") + 8, page.lastIndexOf("</script>"));
    const [loaderHash, hash] = [loader, ASSETS.script].map((text) =>
      createHash("sha256").update(text).digest("base64"),
    );
    expect(page).toContain(`script-src &#39;sha256-${loaderHash}&#39; &#39;sha256-${hash}&#39;;`);
    expect(unpacked(page, "script")).toBe(ASSETS.script);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).not.toContain("unsafe");
    expect(page).not.toMatch(/ (style|on\w+)="/);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test("calls acknowledged only what somebody acknowledged", () => {
    const input = lossyRun(200);
    const set = setStatsSchema.parse(input.verdict.stats["set"]);
    const [first] = set.lostElements;
    if (first === undefined) throw new Error("nothing was lost");
    const shown = { ...set, lost: 0, vanished: 1, lostElements: [{ ...first, onlyRead: true }] };
    const page = render({ ...input, verdict: { ...input.verdict, stats: { set: shown } } });
    expect(page).toContain("acknowledged elements is known to be lost.");
    expect(page).toContain("1 more element that reads had shown</b>, and nobody acknowledged, is gone.");
    expect(page).toMatch(/The first of them: element .* read from <b>/);
    expect(page).not.toMatch(/The first of them: element .* acknowledged by/);
  });

  test("has every section, and no id twice", () => {
    const page = render(lossyRun(200));
    expect(sectionsOf(page)).toEqual(
      expect.arrayContaining([...ALWAYS, "durability", "staleness", "convergence"]),
    );
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(ids).toHaveLength(new Set(ids).size);
  });

  test("names each lost element with when and by which node it was acknowledged, and the fault", () => {
    const page = render(lossyRun(600));
    const rows = /aria-label="Lost elements".*?<\/table>/s.exec(page)?.[0] ?? "";
    expect(rows).toMatch(
      /<bdi>121<\/bdi>.*12\.\d+ s.*<b><bdi>n1<\/bdi><\/b>.*<bdi>partition-leader on n1<\/bdi>/s,
    );
  });
});

test("draws the first anomalies of a type, and of the others tells the reasons", () => {
  const input = lossyRun(20_000);
  const [anomaly] = input.verdict.anomalies;
  const anomalies = Array.from({ length: 25 }, () => anomaly as NonNullable<typeof anomaly>);
  const page = unfolded(render({ ...input, verdict: { ...input.verdict, anomalies } }));
  expect([...page.matchAll(/<figure class="picture">/g)]).toHaveLength(20);
  expect([...page.matchAll(/<ol class="reasons">/g)]).toHaveLength(25);
  expect([...page.matchAll(/1 → 2 → 1 goes round in a circle/g)]).toHaveLength(25);
});

describe("hostile input stays text", () => {
  const hostile = testHistory(
    [
      { f: "write", key: HOSTILE, value: HOSTILE, node: HOSTILE, start: 1e9, end: 2e9 },
      {
        f: "read",
        key: HOSTILE,
        value: "y".repeat(2_000_000),
        error: HOSTILE,
        status: "fail",
        start: 3e9,
        end: 4e9,
      },
      { f: "read", key: "\u202e\u0000", value: { [HOSTILE]: [HOSTILE] }, start: 5e9, end: 6e9 },
    ],
    {
      faults: [
        {
          id: 1,
          fault: HOSTILE,
          phase: "start",
          nodes: [HOSTILE],
          time: 1e9,
          effect: { [HOSTILE]: HOSTILE },
          error: HOSTILE,
        },
      ],
      warnings: [HOSTILE],
    },
  );
  const verdict = testVerdict({
    file: HOSTILE,
    summary: HOSTILE,
    valid: false,
    warnings: [HOSTILE],
    results: [{ model: "pram", verdict: "violated", reason: HOSTILE, level: HOSTILE, objects: HOSTILE }],
    expectations: [
      { model: "pram", is: "holds", outcome: "broken", reason: HOSTILE, level: HOSTILE, objects: HOSTILE },
    ],
    anomalies: [
      {
        type: "stale-read",
        model: "pram",
        witness: [0, 2, 4],
        explanation: HOSTILE + "z".repeat(1e6),
        key: HOSTILE,
        level: HOSTILE,
      },
    ],
    stats: {
      staleness: {
        reads: 1,
        stale: 1,
        behind: quantiles(),
        versionsBehind: quantiles(),
        byNode: {
          [HOSTILE]: {
            reads: 1,
            stale: 1,
            maxBehind: 1,
            behind: quantiles(),
            versionsBehind: quantiles(),
          },
        },
        histogram: [],
        visibility: [],
      },
      convergence: {
        from: 0,
        keys: 1,
        divergedKeys: 1,
        nodes: { [HOSTILE]: { lower: 1, upper: null, disagreeingReads: 1 } },
      },
      set: {
        ...{
          attempts: 1,
          acknowledged: 1,
          lost: 1,
          diverged: 0,
          stale: 0,
          neverRead: 0,
          recovered: 0,
          unexpected: 0,
        },
        staleLatency: quantiles(),
        lostElements: [{ key: HOSTILE, element: HOSTILE, acknowledgedAt: 1, node: HOSTILE, process: 1 }],
      },
    },
  });
  const run = testRun({
    target: HOSTILE,
    workload: HOSTILE,
    command: HOSTILE,
    seed: HOSTILE,
    targetOptions: { [HOSTILE]: HOSTILE },
    cluster: { [HOSTILE]: HOSTILE },
    ended: {
      how: "failed",
      error: HOSTILE,
      finishedAt: 7e9,
      health: { loopLag: { p50: 0, p99: 0, max: 0 }, stalls: [], arrivalsDropped: 0 },
    },
  });
  const page = render({ run, verdict, history: hostile });

  test("no recorded text becomes markup", () => {
    expect(page).not.toContain("<img");
    expect(page.match(/<\/script>/g)).toHaveLength(5);
    expect(page).toContain("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;");
  });

  test("no control character is left", () => {
    expect(page).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });

  test("huge values do not make a huge page", () => {
    expect(page.length).toBeLessThan(150_000);
  });
});

function quantiles() {
  return { p50: 1, p95: 1, p99: 1, max: 1 };
}

describe("whatever is missing, the page opens and says so", () => {
  const empty = testHistory([]);
  test.each<[string, ReportInput, RegExp]>([
    [
      "no operations",
      { run: testRun(), verdict: testVerdict(), history: empty },
      /The history holds no operation/,
    ],
    ["no run", { verdict: testVerdict(), history: lossyRun(100).history }, /The command is not known/],
    [
      "a run cut off",
      { ...lossyRun(100), run: cutOff(testRun()) },
      /<p class="notice"><bdi>The run was cut off/,
    ],
    [
      "no faults",
      { verdict: testVerdict(), history: testHistory([{ start: 0, end: 1e9 }]) },
      /No fault is recorded/,
    ],
    ["an unknown verdict", { verdict: testVerdict({ valid: "unknown" }), history: empty }, /Undecided/],
    [
      "nothing but never completed operations",
      { verdict: testVerdict(), history: testHistory([{ start: 5, end: null }]) },
      /1 operation/,
    ],
  ])("%s", (_, input, sentence) => {
    const page = render(input);
    expect(page).toMatch(sentence);
    expect(sectionsOf(page)).toEqual(expect.arrayContaining(ALWAYS));
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe("size", () => {
  test("100 000 operations stay below 5 MB", () => {
    const page = renderHtml(reportData(lossyRun(100_000)), { ...ASSETS, script: "x".repeat(400_000) });
    expect(page.length).toBeLessThan(5_000_000);
  });
});
