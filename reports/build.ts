/** Builds what every report contains besides its data: `node reports/build.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { ASSET_FILES, ASSET_FOLDER, type ReportAssets, RUNS_ASSET_FILES } from "./assets.ts";
import { compilePlots, compileTrendPlots } from "./plots/compile.ts";

const BROWSERS = ["chrome123", "firefox120", "safari17.5"];

/** Bundles the page's script and style and compiles its plots. */
export async function bundleReportAssets(): Promise<ReportAssets> {
  const [script, style] = await Promise.all([bundle("./browser/main.ts"), bundle("./browser/style.css")]);
  return { script, style, plots: packed(compilePlots()) };
}

/** The same for the page of many runs. */
export async function bundleRunsAssets(): Promise<ReportAssets> {
  const [script, style] = await Promise.all([
    bundle("./browser/runs/main.ts"),
    bundle("./browser/runs/page.css"),
  ]);
  return { script, style, plots: packed(compileTrendPlots()) };
}

const packed = (plots: object): string =>
  deflateRawSync(JSON.stringify(plots), { level: 9 }).toString("base64");

/** Writes the bundles where `loadReportAssets` reads them. */
export async function buildReportAssets(): Promise<void> {
  const [report, runs] = await Promise.all([bundleReportAssets(), bundleRunsAssets()]);
  mkdirSync(ASSET_FOLDER, { recursive: true });
  for (const name of ["script", "style", "plots"] as const) {
    writeFileSync(new URL(ASSET_FILES[name], ASSET_FOLDER), report[name]);
    writeFileSync(new URL(RUNS_ASSET_FILES[name], ASSET_FOLDER), runs[name]);
  }
}

/** One file, minified; nothing in it can end the element that it is put into. */
async function bundle(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: BROWSERS,
    legalComments: "none",
    logLevel: "warning",
  });
  const text = result.outputFiles[0]?.text ?? "";
  if (/<\/(script|style)/i.test(text)) throw new Error(`${entry} contains an end tag`);
  return text;
}

if (import.meta.main) await buildReportAssets();
