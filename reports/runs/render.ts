import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import type { RunDocuments } from "#core/run-documents";
import type { ReportAssets } from "../assets.ts";
import { printable } from "../printable.ts";
import { markRuns } from "./marks.ts";
import { runsPage } from "./page.ts";
import { runRow } from "./row.ts";

/** The page of all run folders. `name`: how the folder of runs is called in its title. */
export function renderRuns(runs: readonly RunDocuments[], name: string, assets: ReportAssets): string {
  const marked = markRuns(runs.map(runRow));
  // Which runs are of one configuration is decided here: the page needs no keys for it.
  const rows = marked.map(({ row, marks, before }) => ({ row: { ...row, sameAs: null }, marks, before }));
  return runsPage({
    title: `Runs in ${printable(name, 80)}`,
    runs: marked,
    assets,
    packed: deflateRawSync(JSON.stringify(rows)).toString("base64"),
    hashes: { script: hashOf(assets.script), style: hashOf(assets.style) },
  });
}

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;
