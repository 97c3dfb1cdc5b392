import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getuid } from "node:process";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { HarnessError, messageOf } from "#core/errors";
import { loadReportAssets } from "../../reports/assets.ts";
import { PLOT_WIDTH, plotPages } from "../../reports/plot-page.ts";
import type { ReportData } from "../../reports/schema.ts";
import { findChromium } from "./doctor/programs.ts";

/** A plot is drawn within a second; a machine under load may need longer. */
const MAX_MS = 60_000;
/** Virtual milliseconds that the page gets: its script waits for nothing but its own promises. */
const PAGE_MS = 5_000;
/** Pixels of the picture for each of the page: sharp on dense screens. */
const SCALE = 2;

/**
 * Writes the main plots of a run as PNG into a folder. @returns their paths; empty: the run has nothing to plot
 * @throws HarnessError `setup-failed` without a Chromium, or if it draws nothing; `usage` if the folder cannot be made
 */
export async function writePlotPictures(data: ReportData, folder: string, prefix: string): Promise<string[]> {
  const chromium = await findChromium();
  if (chromium === undefined)
    throw new HarnessError(
      "setup-failed",
      "--png needs Chromium or Chrome to draw, and there is none on PATH",
      {
        hint: "install chromium, or name one in RIFTCHECK_CHROMIUM",
      },
    );
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new HarnessError("usage", `--png: ${folder} cannot be made: ${messageOf(cause)}`, { cause });
  }
  const scratch = mkdtempSync(join(tmpdir(), "riftcheck-plots-"));
  try {
    const written: string[] = [];
    for (const { name, html, height } of plotPages(data, loadReportAssets())) {
      const page = join(scratch, `${name}.html`);
      writeFileSync(page, html);
      const picture = resolve(folder, `${prefix}${name}.png`);
      await draw(chromium, { page, picture, height, profile: join(scratch, "profile") });
      written.push(picture);
    }
    return written;
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

interface Drawing {
  readonly page: string;
  readonly picture: string;
  /** CSS pixels. */
  readonly height: number;
  readonly profile: string;
}

async function draw(chromium: string, { page, picture, height, profile }: Drawing): Promise<void> {
  rmSync(picture, { force: true });
  const flags = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--user-data-dir=${profile}`,
    `--force-device-scale-factor=${SCALE}`,
    `--window-size=${PLOT_WIDTH},${height}`,
    `--virtual-time-budget=${PAGE_MS}`,
    `--screenshot=${picture}`,
    // As root Chromium refuses its own sandbox; the page is riftcheck's, and its policy admits no other script.
    ...(getuid?.() === 0 ? ["--no-sandbox"] : []),
    pathToFileURL(page).href,
  ];
  try {
    await promisify(execFile)(chromium, flags, { timeout: MAX_MS, killSignal: "SIGKILL" });
  } catch (cause) {
    throw new HarnessError(
      "setup-failed",
      `${chromium} could not draw ${picture}: ${firstLine(messageOf(cause))}`,
      {
        cause,
        hint: "riftcheck doctor looks whether it starts",
      },
    );
  }
  if (!existsSync(picture))
    throw new HarnessError("setup-failed", `${chromium} ended well, but left no ${picture}`);
}

const firstLine = (text: string): string => text.split("\n", 1)[0] ?? text;
