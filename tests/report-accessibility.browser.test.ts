/** axe finds nothing serious in the report of any kind of run, light or dark, wide or narrow. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReportAssets } from "../reports/assets.ts";
import { bundleReportAssets } from "../reports/build.ts";
import { reportData } from "../reports/data.ts";
import { renderHtml } from "../reports/html.ts";
import { reportKinds } from "../reports/testing/kinds.ts";
import { launchChromium } from "../tools/screenshot.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What axe calls these keeps people from using the page. */
const SERIOUS = ["serious", "critical"];

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

let browser: Browser;
let assets: ReportAssets;
let folder: string;

beforeAll(async () => {
  assets = await bundleReportAssets();
  folder = mkdtempSync(join(tmpdir(), "riftcheck-axe-"));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const looks = [
  { width: 1280, colorScheme: "light" },
  { width: 400, colorScheme: "dark" },
] as const;

const cases = Object.entries(reportKinds).flatMap(([name, input]) =>
  looks.map((look) => ({ name, input, ...look })),
);

test.each(cases)("$name, $width pixels, $colorScheme", async ({ name, input, width, colorScheme }) => {
  const file = join(folder, `${name.replaceAll(/\W/g, "-")}.html`);
  writeFileSync(file, renderHtml(reportData(input()), assets));
  // The page's own security policy would keep axe out.
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme,
    bypassCSP: true,
  });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("html[data-ready]");
  await page.evaluate(
    "for (const each of document.querySelectorAll('details')) each.open = true; for (const each of document.querySelectorAll('.drawing')) each.scrollIntoView();",
  );
  await page.addScriptTag({ content: AXE });
  const { violations, passes } = await page.evaluate<{
    readonly violations: readonly Violation[];
    readonly passes: readonly unknown[];
  }>("axe.run(document, { resultTypes: ['violations'] })");
  const found = violations.filter(({ impact }) => SERIOUS.includes(impact));
  expect(
    found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join()}`),
  ).toEqual([]);
  expect(passes.length).toBeGreaterThan(15);
  await context.close();
});
