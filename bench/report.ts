/**
 * How long a report takes to write and to open: `node bench/report.ts [operations] [rounds]`. Prints one JSON line with the
 * medians; `openMs` is from the navigation until plots and timeline are drawn, in a fresh tab of a warm browser.
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
import { launchChromium } from "../tools/screenshot.ts";
import { median } from "./support/median.ts";

const operations = Number(argv[2] ?? 100_000);
const rounds = Number(argv[3] ?? 5);

async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const start = performance.now();
  const result = await work();
  return { result, ms: performance.now() - start };
}

const assets = await bundleReportAssets();
const input = lossyRun(operations);
const folder = mkdtempSync(join(tmpdir(), "riftcheck-bench-"));
const file = join(folder, "report.html");
const browser = await launchChromium();
try {
  const writes: number[] = [];
  const opens: number[] = [];
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
    await page.close();
  }
  const figures = {
    operations,
    rounds,
    bytes,
    writeMs: Math.round(median(writes)),
    openMs: Math.round(median(opens)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
