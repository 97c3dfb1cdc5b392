/**
 * How long a report takes to write and to open: `node bench/report.ts [operations] [rounds]`. Prints one JSON line with the
 * medians; `openMs` is from the navigation until the page is ready, in a fresh tab of a warm browser; `redrawMs` is what one redraw
 * of the timeline takes the page's script while somebody zooms, the median and the worst, with lanes by process and by key.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { bundleReportAssets } from "../reports/build.ts";
import { reportData } from "../reports/data.ts";
import { renderHtml } from "../reports/html.ts";
import { lossyRun } from "../reports/testing/lossy-run.ts";
import type { Page } from "playwright-core";
import { launchChromium } from "../tools/screenshot.ts";
import { median } from "./support/median.ts";

const operations = Number(argv[2] ?? 100_000);
const rounds = Number(argv[3] ?? 5);

async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

/** Zooms in and out from the whole run, and reads off the canvas what each redraw took. */
async function redraws(page: Page, lanes: string): Promise<number[]> {
  await page.locator(`#explorer-by-${lanes}`).check();
  const canvas = page.locator("#timeline-canvas");
  const taken: number[] = [];
  for (const id of [...ZOOMS.map(() => "timeline-in"), ...ZOOMS.map(() => "timeline-out")]) {
    await page.locator(`#${id}`).click();
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    taken.push(Number(await canvas.getAttribute("data-painted")));
  }
  return taken;
}

const ZOOMS = Array.from({ length: 10 }, (_, i) => i);

const spread = (taken: readonly number[]): { median: number; worst: number } => ({
  median: Math.round(median(taken) * 10) / 10,
  worst: Math.round(Math.max(...taken) * 10) / 10,
});

const assets = await bundleReportAssets();
const input = lossyRun(operations);
const folder = mkdtempSync(join(tmpdir(), "riftcheck-bench-"));
const file = join(folder, "report.html");
const browser = await launchChromium();
try {
  const writes: number[] = [];
  const opens: number[] = [];
  const redraw: Record<string, { median: number; worst: number }> = {};
  let bytes = 0;
  for (let round = 0; round < rounds; round++) {
    const written = await timed(() => renderHtml(reportData(input), assets));
    writes.push(written.ms);
    bytes = Buffer.byteLength(written.result);
    writeFileSync(file, written.result);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const opened = await timed(async () => {
      await page.goto(pathToFileURL(file).href);
      await page.waitForSelector("html[data-ready]");
    });
    opens.push(opened.ms);
    if (round === 0) {
      for (const lanes of ["process", "key"]) redraw[lanes] = spread(await redraws(page, lanes));
    }
    await page.close();
  }
  const figures = {
    operations,
    rounds,
    bytes,
    writeMs: Math.round(median(writes)),
    openMs: Math.round(median(opens)),
    redrawMs: redraw,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
