import { writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { stderr, stdout } from "node:process";
import { Command } from "commander";
import { HarnessError, messageOf } from "#core/errors";
import { loadRunsAssets } from "../../reports/assets.ts";
import { compareRuns } from "../../reports/runs/compare.ts";
import { renderComparison } from "../../reports/runs/compare-text.ts";
import { renderRuns } from "../../reports/runs/render.ts";
import { type RunRow, runRow } from "../../reports/runs/row.ts";
import { readRuns } from "../store/run-documents.ts";
import { colours } from "./colours.ts";
import { findRun } from "./show/find-run.ts";
import { serveRuns } from "./show/serve.ts";
import { integerFlag } from "./values.ts";

/** Unlikely to be taken; the same every time, so that a bookmark of the page stays good. */
const DEFAULT_PORT = 7411;
const MAX_PORT = 65_535;

interface ShowFlags {
  readonly serve?: string | true;
  readonly compare?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** `riftcheck show <runs>`: many run folders on one page, or two of them side by side. */
export function showCommand(): Command {
  return new Command("show")
    .description("one page of all run folders: filters, trends, what is new, two runs side by side")
    .argument("[runs]", "folder that holds run folders", "runs")
    .option("--serve [port]", `serve the page on this machine alone instead of writing it (${DEFAULT_PORT})`)
    .option(
      "--compare <runs...>",
      "print two runs side by side instead: their folders, or a part of the name",
    )
    .option(
      "--out <file>",
      "where the page is written; its links are relative to the folder of runs (default: index.html in it)",
    )
    .option("--json", "with --compare: print it as JSON")
    .action(async (root: string, flags: ShowFlags) => {
      if (flags.compare !== undefined) compare(root, flags.compare, flags.json === true);
      else if (flags.serve !== undefined) await serve(root, flags.serve);
      else write(root, flags.out ?? join(root, "index.html"));
    });
}

function write(root: string, path: string): void {
  const runs = readRuns(root);
  const page = renderRuns(runs, nameOf(root), loadRunsAssets());
  try {
    writeFileSync(path, page);
  } catch (cause) {
    throw new HarnessError("usage", `${path} cannot be written: ${messageOf(cause)}`, {
      cause,
      hint: "name another file with --out",
    });
  }
  stdout.write(`${path}  ${runs.length} ${runs.length === 1 ? "run" : "runs"}\n`);
}

const nameOf = (root: string): string => basename(resolve(root)) || root;

async function serve(root: string, flag: string | true): Promise<void> {
  const port = flag === true ? DEFAULT_PORT : integerFlag("--serve", flag, 0);
  if (port > MAX_PORT)
    throw new HarnessError("usage", `--serve ${port}: expected a port of at most ${MAX_PORT}`);
  const assets = loadRunsAssets();
  let known = new Set(readRuns(root).map(({ path }) => path));
  const stop = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.resolve());
  await using served = await serveRuns(
    {
      root,
      page() {
        const runs = readRuns(root);
        known = new Set(runs.map(({ path }) => path));
        return renderRuns(runs, nameOf(root), assets);
      },
      isRun: (path) => known.has(path),
    },
    port,
  );
  stdout.write(`${served.url}\n`);
  stderr.write("Ctrl-C ends it\n");
  await stop.promise;
}

function compare(root: string, names: readonly string[], json: boolean): void {
  const [first, second, ...others] = names;
  if (first === undefined || second === undefined || others.length > 0)
    throw new HarnessError("usage", `--compare: expected two runs, got ${names.length}`);
  const runs = readRuns(root);
  const [a, b]: [RunRow, RunRow] = [runRow(findRun(root, runs, first)), runRow(findRun(root, runs, second))];
  stdout.write(
    json
      ? `${JSON.stringify({ a: a.path, b: b.path, rows: compareRuns(a, b) })}\n`
      : `${renderComparison(a, b, colours(stdout))}\n`,
  );
}
