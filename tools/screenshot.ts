/** Pictures of a report: `node tools/screenshot.ts <report.html> <picture.png> [--width 1280] [--dark] [--full]`. */
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLE = process.env["RIFTCHECK_CHROMIUM"] ?? "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** A report draws itself well within this; a machine under load may need longer. */
const READY_WITHIN_MS = 30_000;

export interface ScreenshotOptions {
  /** CSS pixels. */
  readonly width: number;
  readonly dark: boolean;
  /** The whole page instead of the first screen. */
  readonly full?: boolean;
}

/** The browser of Debian, without a profile and without any traffic of its own. */
export const launchChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: EXECUTABLE, args: FLAGS, timeout: READY_WITHIN_MS });

/** Opens a report, waits until it has drawn itself, and writes a picture of it. */
export async function screenshotReport(
  htmlPath: string,
  pngPath: string,
  options: ScreenshotOptions,
): Promise<void> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({
      viewport: { width: options.width, height: Math.round(options.width * 0.72) + 200 },
      colorScheme: options.dark ? "dark" : "light",
      deviceScaleFactor: options.width < 600 ? 2 : 1,
    });
    await page.goto(pathToFileURL(htmlPath).href);
    await page.waitForSelector("html[data-ready]", { timeout: READY_WITHIN_MS });
    await page.screenshot({ path: pngPath, fullPage: options.full === true });
  } finally {
    await browser.close();
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { width: { type: "string" }, dark: { type: "boolean" }, full: { type: "boolean" } },
  });
  const [htmlPath, pngPath] = positionals;
  if (htmlPath === undefined || pngPath === undefined)
    throw new Error("usage: screenshot.ts <report.html> <picture.png>");
  await screenshotReport(htmlPath, pngPath, {
    width: Number(values.width ?? 1280),
    dark: values.dark === true,
    full: values.full === true,
  });
}
