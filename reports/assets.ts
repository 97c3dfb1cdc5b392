import { readFileSync } from "node:fs";
import { HarnessError } from "#core/errors";

/** What the page is made of besides its data. Made by `reports/build.ts`. */
export interface ReportAssets {
  readonly script: string;
  readonly style: string;
  /** The plots, by name: Vega dataflows as JSON, deflated, base64. */
  readonly plots: string;
}

/** Where the build leaves them and the reports find them. */
export const ASSET_FOLDER = new URL("./dist/", import.meta.url);
export const ASSET_FILES = { script: "report.js", style: "report.css", plots: "plots.txt" } as const;
export const RUNS_ASSET_FILES = { script: "runs.js", style: "runs.css", plots: "runs-plots.txt" } as const;

/** Of the report of one run. @throws HarnessError if they were never built. */
export const loadReportAssets = (): ReportAssets => load(ASSET_FILES);

/** Of the page of many runs. @throws HarnessError if they were never built. */
export const loadRunsAssets = (): ReportAssets => load(RUNS_ASSET_FILES);

const load = (files: Readonly<Record<keyof ReportAssets, string>>): ReportAssets => ({
  script: read(files.script),
  style: read(files.style),
  plots: read(files.plots),
});

function read(name: string): string {
  try {
    return readFileSync(new URL(name, ASSET_FOLDER), "utf8");
  } catch (cause) {
    throw new HarnessError("internal", `the report's page has not been built: ${name} cannot be read`, {
      cause,
      hint: "npm run build:report",
    });
  }
}
