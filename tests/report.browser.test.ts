/** The report as a person meets it: opened from a file in a real browser. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ReportAssets } from "../reports/assets.ts";
import { bundleReportAssets } from "../reports/build.ts";
import { reportData, type ReportInput } from "../reports/data.ts";
import { renderHtml } from "../reports/html.ts";
import { cutOff, testRun, testVerdict } from "../reports/testing/documents.ts";
import { testHistory } from "../reports/testing/history.ts";
import { reportKinds } from "../reports/testing/kinds.ts";
import { lossyRun } from "../reports/testing/lossy-run.ts";
import { launchChromium } from "../tools/screenshot.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";

let browser: Browser;
let assets: ReportAssets;
let folder: string;

beforeAll(async () => {
  assets = await bundleReportAssets();
  folder = mkdtempSync(join(tmpdir(), "riftcheck-report-"));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

interface Opened {
  readonly page: Page;
  readonly bytes: number;
  /** Errors, warnings, dialogs, and requests for anything but the file itself. */
  readonly complaints: readonly string[];
}

async function open(input: ReportInput, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = join(folder, `${Math.trunc(performance.now() * 1e3)}.html`);
  writeFileSync(file, renderHtml(reportData(input), assets));
  const url = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:"))
      complaints.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  return { page, bytes: statSync(file).size, complaints };
}

const hostileInput = (): ReportInput => ({
  run: testRun({ command: HOSTILE, target: HOSTILE }),
  history: testHistory([
    { f: "write", key: HOSTILE, value: HOSTILE, node: HOSTILE, start: 1e9, end: 2e9 },
    { f: "read", key: HOSTILE, value: HOSTILE, node: "\u202en2", start: 3e9, end: 4e9 },
  ]),
  verdict: testVerdict({
    valid: false,
    summary: HOSTILE,
    anomalies: [
      {
        type: "stale-read",
        model: "linearizable",
        witness: [0, 2],
        explanation: HOSTILE,
        edges: [{ from: 0, to: 2, kind: "reads-from", reason: HOSTILE }],
      },
    ],
  }),
});

/** An expression is evaluated in the page, whose names this side of the test does not know. */
const inPage = <T>(page: Page, expression: string): Promise<T> => page.evaluate<T>(expression);

/** Which share of the canvas is painted in exactly the colour of a swatch of its legend. */
const shareOf = (page: Page, swatch: string): Promise<number> =>
  inPage(
    page,
    `((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const [r, g, b] = getComputedStyle(document.querySelector("#timeline .swatch.${swatch}")).backgroundColor.match(/\\d+/g).map(Number);
      let same = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) same++;
      return same / (data.length / 4);
    })(document.querySelector("canvas"))`,
  );

describe("a report of a run that lost writes", () => {
  test("opens without a complaint and shows every section", async () => {
    const { page, complaints } = await open(lossyRun(6_000));
    expect(await page.locator("h1").innerText()).toContain("Broken");
    const sections = await page.locator("main > section").evaluateAll((all) => all.map((each) => each.id));
    expect(sections).toEqual([
      ...[
        "promises",
        "anomalies",
        "availability",
        "durability",
        "staleness",
        "convergence",
        "time",
        "faults",
      ],
      ...["timeline", "operations", "health", "repeat", "notes"],
    ]);
    for (const id of sections)
      expect((await page.locator(`#${id}`).boundingBox())?.height, id).toBeGreaterThan(50);
    expect(complaints).toEqual([]);
  });

  test("draws its plots and its timeline", async () => {
    const { page } = await open(lossyRun(6_000));
    const marks = (plot: string, kind: string): Promise<number> =>
      page.locator(`.drawing.${plot} .mark-${kind}.role-mark path`).count();
    for (const plot of await page.locator(".drawing").all()) await plot.scrollIntoViewIfNeeded();
    await expect.poll(() => marks("rate", "rect")).toBeGreaterThan(150);
    await expect.poll(() => marks("staleness", "rect")).toBe(16);
    await expect.poll(() => page.locator(".drawing.latency .mark-line path").count()).toBe(3);
    expect(await page.locator('.drawing.latency path[fill="var(--band)"]').count()).toBe(2);
    expect(await shareOf(page, "write")).toBeGreaterThan(0.05);
    expect(await shareOf(page, "read")).toBeGreaterThan(0.01);
    for (const swatch of ["fail", "info"])
      expect(await shareOf(page, swatch), swatch).toBeGreaterThan(0.0005);
  });

  test("leads from an anomaly to its operation on the timeline", async () => {
    const { page } = await open(lossyRun(6_000));
    await page.locator("details.anomaly[open] button[data-event]").click();
    await expect
      .poll(() => page.locator("#timeline-details").innerText())
      .toMatch(/operation\s+add[^]*node\s+n1/);
    // Painted with the next frame, after the details.
    await expect.poll(() => page.locator("#timeline-span").innerText()).toMatch(/ms shown|s shown/);
  });

  test("the timeline obeys keys, buttons, wheel, drag and double click", async () => {
    const { page, complaints } = await open(lossyRun(6_000));
    const span = (): Promise<string> => page.locator("#timeline-span").innerText();
    const canvas = page.locator("#timeline-canvas");
    await canvas.scrollIntoViewIfNeeded();
    await canvas.focus();
    await page.keyboard.press("+");
    await expect.poll(span).toBe("39.6 s shown");
    await page.keyboard.press("n");
    await expect.poll(() => page.locator("#timeline-details").innerText()).toContain("process");
    await page.keyboard.press("0");
    await expect.poll(span).toBe("whole run, 66.0 s");
    await page.getByRole("button", { name: "Zoom in" }).click();
    await expect.poll(span).toBe("33.0 s shown");
    await canvas.dblclick({ position: { x: 300, y: 12 } });
    await expect.poll(span).toBe("whole run, 66.0 s");
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("the canvas is not there");
    await page.mouse.move(box.x + 300, box.y + 80);
    await page.mouse.wheel(0, -300);
    await expect.poll(span).toMatch(/^36\.\d s shown$/);
    await page.mouse.down();
    await page.mouse.move(box.x + 500, box.y + 80, { steps: 4 });
    await page.mouse.up();
    const range = (): Promise<string> => page.locator("#explorer-range").innerText();
    await expect.poll(range).toMatch(/^Only [78]\.\d+ s of the run$/);
    expect(await span()).toMatch(/^36\.\d s shown$/);
    await canvas.focus();
    await page.keyboard.press("Enter");
    await expect.poll(span).toMatch(/^[78]\.\d+ s shown$/);
    await page.keyboard.press("Escape");
    await expect.poll(range).toBe("");
    await page.mouse.move(box.x + 400, box.y + 110, { steps: 3 });
    await expect.poll(() => page.locator(".tip").innerText()).toContain("outcome");
    expect(complaints).toEqual([]);
  });

  test("a range and a search filter table, lists and plots together, and the address brings them back", async () => {
    const input = lossyRun(6_000);
    const logs = { "n1/store.log": "13.000000 cut off from the others\n40.000000 joined again\n" };
    const { page, complaints } = await open({ ...input, logs });
    const summary = (): Promise<string> => page.locator("#explorer-summary").innerText();
    const lines = (): Promise<string> => page.locator("#explorer-happenings").innerText();
    await expect.poll(summary).toMatch(/^6,003 operations: /);
    expect(await lines()).toMatch(/partition-leader on n1 begins[^]*cut off from the others[^]*joined again/);
    const url = page.url();
    await page.goto(`${url}#timeline?range=12000000000-14000000000`);
    await expect.poll(summary).toMatch(/^20\d operations: /);
    expect(await lines()).toContain("cut off from the others");
    expect(await lines()).not.toContain("joined again");
    await page.locator(".drawing.rate").scrollIntoViewIfNeeded();
    const axis = page.locator(".drawing.rate .role-axis-label text");
    await expect
      .poll(async () => (await axis.allTextContents()).some((text) => /^1[23]\.?\d* s$/.test(text)))
      .toBe(true);
    expect((await axis.allTextContents()).join()).not.toContain("60 s");
    await page.getByRole("searchbox", { name: "Find" }).fill("outcome:fail");
    await expect.poll(summary).toBe("10 operations: 0 ok, 10 failed, 0 indefinite");
    await expect.poll(() => page.url()).toContain("find=outcome%3Afail");
    const filtered = await summary();
    const link = page.url();
    await page.goBack();
    await expect.poll(summary).toMatch(/^20\d operations: /);
    expect(await page.locator("#explorer-search").inputValue()).toBe("");
    await page.goto("about:blank");
    await page.goto(link);
    await page.waitForSelector("html[data-ready]");
    expect(await summary()).toBe(filtered);
    expect(complaints).toEqual([]);
  });

  test("an operation has a link that shows it whole again; lanes go by process, node or key", async () => {
    const { page, complaints } = await open(lossyRun(600));
    const details = (): Promise<string> => page.locator("#timeline-details").innerText();
    await page.locator("#explorer-rows a").nth(3).click();
    await expect.poll(details).toMatch(/operation\s+read[^]*took/);
    expect(page.url()).toMatch(/#timeline\?op=\d+$/);
    const shown = await details();
    await page.getByRole("radio", { name: "node" }).check();
    await expect.poll(() => page.url()).toContain("lanes=node");
    const link = page.url();
    await page.goto("about:blank");
    await page.goto(link);
    await page.waitForSelector("html[data-ready]");
    expect(await details()).toBe(shown);
    expect(await page.getByRole("radio", { name: "node" }).isChecked()).toBe(true);
    expect(await page.locator("tr[aria-selected] a").innerText()).toBe(/op=(\d+)/.exec(link)?.[1]);
    await page.getByRole("radio", { name: "key" }).check();
    expect(await shareOf(page, "write")).toBeGreaterThan(0.01);
    expect(complaints).toEqual([]);
  });

  test("values that are not in the report come from the history file", async () => {
    const rows = Array.from({ length: 21_000 }, (_, i) => ({
      ...{ f: "write" as const, key: "x", value: `secret-${i}`, start: i * 1e6, end: i * 1e6 + 5e5 },
    }));
    const { page, complaints } = await open({ verdict: testVerdict(), history: testHistory(rows) });
    const summary = (): Promise<string> => page.locator("#explorer-summary").innerText();
    expect(await page.locator(".history").innerText()).toContain("21,000 operations are not in this report");
    const lines = rows.flatMap(({ value }, i) =>
      (["invoke", "ok"] as const).map((type, n) =>
        JSON.stringify({ index: i * 2 + n, time: i, process: 0, type, f: "write", key: "x", value }),
      ),
    );
    const pick = (name: string, content: string): Promise<void> =>
      page
        .locator("#explorer-file")
        .setInputFiles({ name, mimeType: "application/json", buffer: Buffer.from(content) });
    await pick("other.jsonl", lines.slice(0, 10).join("\n"));
    await expect
      .poll(() => page.locator("#explorer-file-status").innerText(), { timeout: 30_000 })
      .toContain("other.jsonl is not the history of this report: only 5 operations");
    await pick("history.jsonl", lines.join("\n"));
    await expect
      .poll(() => page.locator("#explorer-file-status").innerText(), { timeout: 30_000 })
      .toContain("All values are here");
    await page.getByRole("searchbox").fill("secret-20999");
    await expect.poll(summary).toMatch(/^1 operation: /);
    await page.locator("#explorer-rows a").click();
    await expect
      .poll(() => page.locator("#timeline-details .whole").innerText())
      .toContain(lines[41_999] ?? "");
    expect(complaints).toEqual([]);
  });

  test("a wheel over a timeline that has no focus scrolls the page", async () => {
    const { page } = await open(lossyRun(1_000));
    const canvas = page.locator("#timeline-canvas");
    await canvas.scrollIntoViewIfNeeded();
    const before = await inPage<number>(page, "scrollY");
    await canvas.hover();
    await page.mouse.wheel(0, 200);
    await expect.poll(() => inPage<number>(page, "scrollY")).toBeGreaterThan(before);
    expect(await page.locator("#timeline-span").innerText()).toContain("whole run");
  });

  test("draws an arrow for each reason, from bar to bar, and names the picture", async () => {
    const { page } = await open(lossyRun(1_000), { viewport: { width: 400, height: 900 } });
    const picture = page.locator("details.anomaly[open] .picture");
    expect(await picture.locator(".line").count()).toBe(await picture.locator(".reasons li").count());
    const name = await picture.locator("svg").getAttribute("aria-labelledby");
    for (const id of (name ?? "").split(" ")) expect(await page.locator(`#${id}`).textContent()).not.toBe("");
    const box = await picture.locator(".scroll").boundingBox();
    expect(box?.width).toBeLessThanOrEqual(400);
    expect((await picture.locator("svg").boundingBox())?.width).toBeGreaterThan(box?.width ?? 0);
  });

  test("a link to a folded anomaly opens it", async () => {
    const { page } = await open(lossyRun(6_000));
    const anomaly = page.locator("#lost-element-9");
    expect(await anomaly.isVisible()).toBe(false);
    await page.goto(`${page.url()}#lost-element-9`);
    await expect.poll(() => anomaly.locator("table").isVisible()).toBe(true);
  });

  test("the command can be copied", async () => {
    const { page } = await open(lossyRun(100));
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await expect.poll(() => page.locator(".command button").innerText()).toBe("Copied");
  });
});

describe("in few clicks", () => {
  test("from opening it: the lost element, the node that acknowledged it and the fault, without any", async () => {
    const { page } = await open(lossyRun(6_000));
    const first = page.locator(".lost-first");
    expect(await first.innerText()).toMatch(
      /element \d+ of s, acknowledged by n1 at 12\.\d s during partition-leader on n1/,
    );
    expect(await page.locator(".culprit").innerText()).toMatch(/Design flaw[^]*while it was cut off/);
    const box = await first.boundingBox();
    expect((box?.y ?? 1e9) + (box?.height ?? 0)).toBeLessThan(900);
  });

  test("one leads to all lost elements with node and fault, two more to the operation itself", async () => {
    const { page, complaints } = await open(lossyRun(6_000));
    await page.getByRole("link", { name: "All lost elements" }).click();
    const row = page.locator("#durability tbody tr").first();
    await expect.poll(() => row.isVisible()).toBe(true);
    expect(await row.innerText()).toMatch(/n1[^]*partition-leader on n1/);
    const top = (): Promise<number> =>
      inPage(page, "document.getElementById('durability').getBoundingClientRect().top");
    await expect.poll(async () => Math.abs(await top())).toBeLessThan(200);
    expect(complaints).toEqual([]);
  });

  test("one leads from the verdict to the witness, also with what it follows from", async () => {
    const { page } = await open(lossyRun(6_000));
    await page.getByRole("link", { name: "See the proof" }).click();
    const witness = page.locator("#lost-element-1");
    await expect.poll(() => witness.locator(".picture svg").isVisible()).toBe(true);
    const top = (): Promise<number> =>
      inPage(page, "document.getElementById('lost-element-1').getBoundingClientRect().top");
    await expect.poll(async () => Math.abs(await top())).toBeLessThan(200);
    await witness.locator("button[data-event]").click();
    await expect
      .poll(() => page.locator("#timeline-details").innerText())
      .toMatch(/operation\s+add[^]*node\s+n1/);
    await page.goBack();
    await expect.poll(() => page.url()).toContain("#lost-element-1");
  });

  test("a range that is dragged filters table, lists and every plot over time; back takes it away", async () => {
    const logs = { "n1/store.log": "5.000000 early\n13.000000 cut off\n40.000000 late\n" };
    const { page, complaints } = await open({ ...lossyRun(6_000), logs });
    for (const plot of ["rate", "latency", "nodes"])
      await page.locator(`.drawing.${plot}`).scrollIntoViewIfNeeded();
    const bars = (plot: string): Promise<number> =>
      page.locator(`.drawing.${plot} .mark-rect.role-mark path`).count();
    await expect.poll(() => bars("nodes")).toBeGreaterThan(300);
    const canvas = page.locator("#timeline-canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("the canvas is not there");
    const whole = await page.locator("#explorer-summary").innerText();
    const happened = await page.locator("#explorer-happenings").innerText();
    const labels = (plot: string): Promise<string[]> =>
      page.locator(`.drawing.${plot} .role-axis-label text`).allTextContents();
    const before = await Promise.all(["rate", "latency", "nodes"].map(labels));
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => page.locator("#explorer-summary").innerText()).not.toBe(whole);
    await expect.poll(() => page.locator("#explorer-happenings").innerText()).toContain("cut off");
    expect(await page.locator("#explorer-happenings").innerText()).not.toMatch(/early|late/);
    for (const [i, plot] of ["rate", "latency", "nodes"].entries())
      await expect.poll(() => labels(plot), { message: plot }).not.toEqual(before[i]);
    await page.goBack();
    await expect.poll(() => page.locator("#explorer-summary").innerText()).toBe(whole);
    expect(await page.locator("#explorer-happenings").innerText()).toBe(happened);
    for (const [i, plot] of ["rate", "latency", "nodes"].entries())
      await expect.poll(() => labels(plot), { message: plot }).toEqual(before[i]);
    expect(complaints).toEqual([]);
  });
});

describe("plots by node", () => {
  test("tails, lag over time, clocks and healings are drawn from what was measured", async () => {
    const anomalous = reportKinds["fifty anomalies"];
    const clocks = reportKinds["clocks that were off"];
    if (anomalous === undefined || clocks === undefined) throw new Error("no such kind of run");
    const { page, complaints } = await open(anomalous());
    for (const plot of await page.locator(".drawing").all()) await plot.scrollIntoViewIfNeeded();
    const marks = (plot: string, kind: string): Promise<number> =>
      page
        .locator(
          `.drawing.${plot} .mark-${kind}.role-mark path, .drawing.${plot} .mark-${kind}.role-mark text`,
        )
        .count();
    // Two ends of the axis, and four quantiles of three nodes.
    await expect.poll(() => marks("tail", "symbol")).toBe(14);
    await expect.poll(() => page.locator(".drawing.lag .mark-line path").count()).toBe(3);
    await expect
      .poll(() => page.locator(".drawing.nodes .mark-text.role-mark text").allTextContents())
      .toEqual(["n1", "n2", "n3"]);
    expect(await page.locator(".healing").innerText()).toMatch(
      /n1[^]*within 8\.00 ms[^]*n2[^]*300 ms – 340 ms[^]*n3[^]*not before the next fault/,
    );
    await page.close();
    const other = await open(clocks());
    await other.page.locator(".drawing.clocks").scrollIntoViewIfNeeded();
    await expect
      .poll(() => other.page.locator(".drawing.clocks .mark-rule.role-mark line").count())
      .toBeGreaterThan(1);
    expect([...complaints, ...other.complaints]).toEqual([]);
  });

  test("where a run cannot tell, a sentence says so instead of an empty plot", async () => {
    const { page } = await open({
      verdict: testVerdict(),
      history: testHistory([
        { start: 1e9, end: 2e9 },
        { start: 3e9, end: 4e9 },
      ]),
    });
    expect(await page.locator("#time").innerText()).toContain("The history names no nodes");
    expect(await page.locator("#staleness").innerText()).toContain("Staleness was not measured");
    expect(await page.locator(".drawing.nodes, .drawing.lag, .drawing.tail, .drawing.clocks").count()).toBe(
      0,
    );
  });
});

describe("hostile values", () => {
  test("are shown as text, also in pictures, tips and details", async () => {
    const { page, complaints } = await open(hostileInput());
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator(".cause").innerText()).toBe(HOSTILE);
    expect(await page.locator(".picture svg .bar text:not(.number, .time)").first().textContent()).toContain(
      "<img",
    );
    expect(await page.locator(".picture .reasons li").innerText()).toContain(HOSTILE);
    expect(await page.locator("#command").innerText()).toBe(HOSTILE);
    await page.locator("details.anomaly[open] button[data-event]").click();
    await expect.poll(() => page.locator("#timeline-details").innerText()).toContain(HOSTILE);
    await page.locator("#timeline-canvas").hover({ position: { x: 400, y: 45 } });
    expect(await page.locator("img").count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

describe("odd runs", () => {
  test("500 nodes and 10 000 keys, with values of any size and script, open and can be searched", async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ({
      ...{ f: "write" as const, key: `k${i}`, node: `n${i % 500}`, process: i % 20 },
      value: i === 5 ? "\u0000\u001b[31m\u202eתורה" : i === 6 ? "x".repeat(1_000_000) : i,
      ...{ start: i * 1e6, end: i * 1e6 + 15e6 },
    }));
    const { page, bytes, complaints } = await open({ verdict: testVerdict(), history: testHistory(rows) });
    expect(bytes).toBeLessThan(1_000_000);
    await page.getByRole("radio", { name: "node" }).check();
    expect(await shareOf(page, "write")).toBeGreaterThan(0.001);
    await page.getByRole("radio", { name: "key" }).check();
    await expect
      .poll(() => page.locator("#explorer-shared").innerText())
      .toBe("9500 keys with the fewest operations share the last lane; a search shows them.");
    await page.getByRole("searchbox").fill("key:k5,k6");
    await expect.poll(() => page.locator("#explorer-rows tr").count()).toBe(2);
    expect(await page.locator("#explorer-rows").innerText()).toContain("␀␛[31m\\u202eתורה");
    await page.locator("#explorer-rows a").nth(1).click();
    await expect
      .poll(() => page.locator("#timeline-details").innerText())
      .toContain("… (1,000,000 characters)");
    expect(await inPage<number>(page, "document.documentElement.scrollWidth")).toBeLessThanOrEqual(1280);
    expect(complaints).toEqual([]);
  });

  test("a run that was cut off, undecided and without faults says so", async () => {
    const { page, complaints } = await open({
      run: cutOff(testRun()),
      verdict: testVerdict({ valid: "unknown", summary: "the run did not end" }),
      history: testHistory([
        { f: "write", key: "x", value: 1, start: 1e9, end: 2e9 },
        { f: "write", key: "x", value: 2, start: 3e9, end: null },
      ]),
    });
    expect(await page.locator("h1").innerText()).toContain("Undecided");
    expect(await page.locator(".notice").first().innerText()).toContain("cut off");
    expect(await page.locator("#availability").innerText()).toContain("No partition was injected");
    expect(await page.locator("#notes").innerText()).toContain("Faults were asked for");
    await page.locator("#explorer-rows a").nth(1).click();
    await expect.poll(() => page.locator("#timeline-details").innerText()).toContain("never completed");
    expect(complaints).toEqual([]);
  });

  test("an address that somebody made up does no harm", async () => {
    const { page, complaints } = await open(lossyRun(200));
    for (const hash of ["%E0%A4%A", "timeline?op=999999999&lanes=x&range=9-1", "nothing", '"]><b'])
      await page.goto(`${page.url().split("#")[0]}#${hash}`);
    await expect.poll(() => page.locator("#explorer-summary").innerText()).toMatch(/^203 operations/);
    expect(complaints).toEqual([]);
  });
});

describe("whatever is missing, the report opens", () => {
  test.each<[string, ReportInput]>([
    ["nothing at all", { verdict: testVerdict({ valid: "unknown" }), history: testHistory([]) }],
    [
      "no times",
      {
        verdict: testVerdict(),
        history: testHistory([
          { start: 0, end: 0 },
          { start: 0, end: 0 },
        ]),
      },
    ],
    ["never completed", { verdict: testVerdict(), history: testHistory([{ start: 1e9, end: null }]) }],
    ["one operation", { verdict: testVerdict(), history: testHistory([{ start: 1e9, end: 2e9 }]) }],
  ])("%s", async (_, input) => {
    const { page, complaints } = await open(input);
    expect(await page.locator("#notes").innerText()).not.toBe("");
    expect(complaints).toEqual([]);
  });
});

describe("it fits its reader", () => {
  test.each([400, 1280, 1920])("at %i pixels nothing sticks out", async (width) => {
    const { page } = await open(lossyRun(2_000), { viewport: { width, height: 900 } });
    expect(await inPage<number>(page, "document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.locator(".drawing.rate").scrollIntoViewIfNeeded();
    await page.locator(".drawing.rate svg").waitFor();
    const drawn = await page.locator(".drawing.rate svg").boundingBox();
    expect(drawn?.width).toBeLessThanOrEqual(width);
  });

  test("follows the system between light and dark, and a button overrules it", async () => {
    const { page } = await open(lossyRun(500), { colorScheme: "dark" });
    const background = (): Promise<string> => inPage(page, "getComputedStyle(document.body).backgroundColor");
    const dark = await background();
    await page.locator("#theme").click();
    expect(await background()).not.toBe(dark);
    await page.locator("#theme").click();
    expect(await background()).toBe(dark);
  });

  test("without scripts, everything but plots and timeline is there", async () => {
    const file = join(folder, "no-script.html");
    writeFileSync(file, renderHtml(reportData(lossyRun(2_000)), assets));
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator("details.anomaly[open] table").isVisible()).toBe(true);
    expect(await page.locator("#durability table").first().isVisible()).toBe(true);
    expect(await page.locator("details.anomaly[open] .picture svg").isVisible()).toBe(true);
    expect(await page.locator("details.anomaly[open] .contradiction").innerText()).toContain("1 → 2 → 1");
  });
});

describe("size", () => {
  test("100 000 operations make less than 1 MB and open", async () => {
    const { page, bytes, complaints } = await open(lossyRun(100_000));
    expect(bytes).toBeLessThan(1_000_000);
    expect(await shareOf(page, "write")).toBeGreaterThan(0.05);
    expect(complaints).toEqual([]);
  });
});
