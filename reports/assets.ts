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

/** @throws HarnessError if they were never built. */
export function loadReportAssets(): ReportAssets {
  return { script: read(ASSET_FILES.script), style: read(ASSET_FILES.style), plots: read(ASSET_FILES.plots) };
}

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
