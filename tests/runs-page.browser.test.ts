/** The page of many runs, and the pictures of plots, as a person meets them: in a real browser. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readRuns } from "../harness/store/run-documents.ts";
import type { ReportAssets } from "../reports/assets.ts";
import { bundleReportAssets, bundleRunsAssets } from "../reports/build.ts";
import { reportData } from "../reports/data.ts";
import { PLOT_WIDTH, plotPages } from "../reports/plot-page.ts";
import { renderRuns } from "../reports/runs/render.ts";
import { testRun, testVerdict } from "../reports/testing/documents.ts";
import { lossyRun } from "../reports/testing/lossy-run.ts";
import { launchChromium } from "../tools/screenshot.ts";

const HOSTILE = "<img src=x onerror=alert(1)>";

let browser: Browser;
let assets: ReportAssets;
let root: string;

beforeAll(async () => {
  assets = await bundleRunsAssets();
  root = mkdtempSync(join(tmpdir(), "riftcheck-runs-"));
  for (let i = 0; i < 12; i++) put(i);
  mkdirSync(join(root, "20261101T000000Z-died-early"));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});

/** A run of each day: every third on another target, the last one hostile and broken. */
function put(i: number): void {
  const day = String(i + 10);
  const folder = join(root, `202611${day}T010000Z-run-${i}`);
  mkdirSync(folder);
  const hostile = i === 11 ? { seed: HOSTILE, faults: [HOSTILE], targetOptions: { [HOSTILE]: HOSTILE } } : {};
  const isBroken = i === 6 || i === 11;
  const write = (name: string, document: unknown): void =>
    writeFileSync(join(folder, name), JSON.stringify(document));
  write(
    "run.json",
    testRun({
      startedAt: `2026-11-${day}T01:00:00.000Z`,
      target: i % 3 === 0 ? "sim-kv" : "redis",
      seed: String(i),
      ...hostile,
    }),
  );
  write(
    "verdict.json",
    testVerdict({
      valid: !isBroken,
      summary: i === 11 ? HOSTILE : "fine",
      counts: isBroken ? { "lost-write": i, ...(i === 11 ? { [HOSTILE]: 1 } : {}) } : {},
    }),
  );
  const value = 1 + i / 2;
  const lag = { name: "replication_lag_seconds", value, unit: "s", threshold: 5, alarm: "above" };
  const metrics = [{ ...lag, breached: value > 5, basis: "reads" }];
  write("metrics.json", { format: 1, metrics, latencies: [] });
  writeFileSync(join(folder, "report.html"), "<p>report");
}

interface Opened {
  readonly page: Page;
  /** Errors, warnings, dialogs, and requests for anything but the file itself. */
  readonly complaints: readonly string[];
}

async function open(html: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const file = join(root, "index.html");
  writeFileSync(file, html);
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
    if (!request.url().startsWith(url)) complaints.push(`request: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  return { page, complaints };
}

const openRuns = (options?: BrowserContextOptions): Promise<Opened> =>
  open(renderRuns(readRuns(root), "runs", assets), options);

const shownSeeds = (page: Page): Promise<string[]> =>
  page.locator("tr[data-row]:visible td:nth-child(6)").allInnerTexts();

const tick = async (page: Page, ...rows: readonly number[]): Promise<void> => {
  for (const row of rows) await page.locator(`input[data-run="${row}"]`).check();
};

describe("the page of many runs", () => {
  test("lists every run, newest first, and draws the trend", async () => {
    const { page, complaints } = await openRuns();
    expect(await shownSeeds(page)).toEqual([
      HOSTILE,
      ...Array.from({ length: 11 }, (_, i) => String(10 - i)),
      "–",
    ]);
    expect(await page.locator('[data-plot="verdicts"] .mark-rect.role-mark path').count()).toBe(12);
    expect(await page.locator('[data-plot="metric"] .mark-symbol path').count()).toBe(12);
    expect(await page.locator("tr:last-child .lacks").first().innerText()).toBe("run.json is missing");
    expect(complaints).toEqual([]);
  });

  test("filters by target, verdict and text, tells how many, and draws their trend", async () => {
    const { page, complaints } = await openRuns();
    await page.locator('select[name="target"]').selectOption("sim-kv");
    await expect.poll(() => shownSeeds(page)).toEqual(["9", "6", "3", "0"]);
    expect(await page.locator("#shown").innerText()).toBe("4 runs of 13 shown");
    await expect.poll(() => page.locator('[data-plot="verdicts"]').getAttribute("data-drawn")).toBe("4");
    await page.locator('select[name="verdict"]').selectOption("regressed");
    // 9: its lag raises an alarm, that of the run before did not.
    await expect.poll(() => shownSeeds(page)).toEqual(["9", "6"]);
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(async () => (await shownSeeds(page)).length).toBe(13);
    await page.locator('input[name="text"]').fill("LOST-write partition");
    await expect.poll(() => shownSeeds(page)).toEqual(["6"]);
    expect(complaints).toEqual([]);
  });

  test("back undoes a filter, and a link keeps it", async () => {
    const { page } = await openRuns();
    await page.locator('select[name="fault"]').selectOption(HOSTILE);
    await expect.poll(() => shownSeeds(page)).toEqual([HOSTILE]);
    await page.reload();
    await page.waitForSelector("html[data-ready]");
    expect(await shownSeeds(page)).toEqual([HOSTILE]);
    await page.goBack();
    await expect.poll(async () => (await shownSeeds(page)).length).toBe(13);
    expect(await page.locator('select[name="fault"]').inputValue()).toBe("");
  });

  test("compares the two runs that are ticked, older first; back leads to the table as it was", async () => {
    const { page, complaints } = await openRuns();
    await page.locator('select[name="target"]').selectOption("sim-kv");
    await expect.poll(async () => (await shownSeeds(page)).length).toBe(4);
    await tick(page, 2);
    expect(await page.getByRole("button", { name: "Compare" }).isDisabled()).toBe(true);
    await tick(page, 5);
    await page.getByRole("button", { name: "Compare" }).click();
    const seeds = page.locator("table.compared tr", { hasText: "seed" }).locator("td");
    await expect.poll(() => seeds.allInnerTexts()).toEqual(["6", "9"]);
    expect(await page.locator("table.compared tr", { hasText: "lost-write" }).innerText()).toMatch(
      /6\s+0 \(better\)/,
    );
    expect(await page.locator("#all").isVisible()).toBe(false);
    await page.goBack();
    await expect.poll(() => shownSeeds(page)).toEqual(["9", "6", "3", "0"]);
    await page.goForward();
    await expect.poll(() => page.locator("table.compared").isVisible()).toBe(true);
    await page.getByRole("link", { name: "Back to all runs" }).click();
    await expect.poll(() => shownSeeds(page)).toEqual(["9", "6", "3", "0"]);
    expect(complaints).toEqual([]);
  });

  test("a third tick takes the place of the first", async () => {
    const { page } = await openRuns();
    await tick(page, 0, 1, 2);
    const ticked = page.locator("input[data-run]:checked");
    expect(await ticked.evaluateAll((all) => all.map((each) => each.getAttribute("data-run")))).toEqual([
      "1",
      "2",
    ]);
  });

  test("hostile values stay text, also side by side", async () => {
    const { page, complaints } = await openRuns();
    await tick(page, 0, 1);
    await page.getByRole("button", { name: "Compare" }).click();
    await expect.poll(() => page.locator("#compared").innerText()).toContain(HOSTILE);
    expect(await page.locator("img").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("fits a telephone", async () => {
    const { page } = await openRuns({ viewport: { width: 400, height: 900 } });
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(400);
  });

  test("without JavaScript the table is there", async () => {
    const file = join(root, "plain.html");
    writeFileSync(file, renderRuns(readRuns(root), "runs", assets));
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator("tr[data-row]:visible").count()).toBe(13);
    expect(await page.locator("tr[data-row] a").first().getAttribute("href")).toBe(
      "./20261121T010000Z-run-11/report.html",
    );
  });
});

test("the pages of the plots draw themselves, alone, and fit their pictures", async () => {
  const pages = plotPages(reportData(lossyRun(6_000)), await bundleReportAssets());
  expect(pages.map(({ name }) => name)).toEqual(["time", "staleness"]);
  for (const { html, height } of pages) {
    const { page, complaints } = await open(html, { viewport: { width: PLOT_WIDTH, height } });
    expect(await page.locator(".drawing svg .role-mark path").count()).toBeGreaterThan(3);
    expect(await page.locator("button:visible").count()).toBe(0);
    const bottom = await page.evaluate<number>(
      "Math.max(...[...document.querySelectorAll('section, main > *')].map((each) => each.getBoundingClientRect().bottom))",
    );
    expect(bottom).toBeLessThanOrEqual(height);
    expect(complaints).toEqual([]);
  }
});

test("report --png writes them with the Chromium of the machine", async () => {
  const { writePlotPictures } = await import("../harness/cli/plot-pictures.ts");
  const written = await writePlotPictures(reportData(lossyRun(2_000)), join(root, "pictures"), "run-");
  expect(written.map((path) => path.slice(root.length))).toEqual([
    "/pictures/run-time.png",
    "/pictures/run-staleness.png",
  ]);
  for (const path of written) {
    const bytes = readFileSync(path);
    expect(bytes.subarray(1, 4).toString()).toBe("PNG");
    expect(bytes.readUInt32BE(16)).toBe(2 * PLOT_WIDTH);
  }
});
