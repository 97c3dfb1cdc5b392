import { type History, STATUS } from "#core/history";
import { FUNCTIONS, type OperationFunction } from "#core/functions";
import {
  type RunRecord,
  setStatsSchema,
  type StalenessStats,
  stalenessStatsSchema,
  type VerdictDocument,
  verdictDocumentSchema,
} from "#core/run";
import type { Anomaly } from "#core/verdict";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { readHistory } from "../../harness/history/read-history.ts";
import { RunFolder } from "../../harness/store/run-folder.ts";
import { firstDrawing } from "../../reports/text.ts";
import { argumentsOf, type Finding, type Variant } from "./finding.ts";
import type { Measurement } from "./measurement.ts";

const READS: ReadonlySet<OperationFunction> = new Set([
  "read",
  "contains",
  "poll",
  "dequeue",
  "drain",
  "pop",
  "echo",
]);

/**
 * What a stored run came to; undefined: it did not come to its end.
 * @throws HarnessError if the folder is damaged; Error if it is a run of something else
 */
export async function measure(
  finding: Finding,
  variant: Variant,
  path: string,
  { withProof }: { readonly withProof: boolean },
): Promise<Measurement | undefined> {
  const folder = RunFolder.open(path);
  const record = folder.readRecord();
  if (record.ended?.how !== "complete") return undefined;
  checkCommand(finding, variant, record, path);
  const verdict = verdictDocumentSchema.parse(JSON.parse(readFileSync(folder.file("verdict"), "utf8")));
  const history = await readHistory(folder.file("history"), { format: "jsonl" });
  const shown = isShown(finding, verdict);
  const version = versionOf(record);
  const staleness = stalenessOf(verdict);
  const vanished = setStatsSchema.safeParse(verdict.stats["set"]).data?.vanished ?? 0;
  const proof = withProof && shown === true ? proofOf(finding, verdict, history) : undefined;
  return {
    finding: finding.name,
    variant: variant.name,
    seed: Number(record.seed),
    startedAt: record.startedAt,
    riftcheck: record.riftcheck,
    ...(version === undefined ? {} : { version }),
    valid: verdict.valid,
    summary: verdict.summary,
    ...(shown === undefined ? {} : { shown }),
    operations: outcomesOf(history),
    updates: acknowledgedUpdates(history),
    ...(vanished === 0 ? {} : { vanished }),
    faults: {
      planned: record.schedule.length,
      began: new Set(history.faults.filter(({ phase }) => phase === "started").map(({ id }) => id)).size,
    },
    counts: verdict.counts,
    ...(staleness === undefined
      ? {}
      : { staleness: { reads: staleness.reads, stale: staleness.stale, worst: staleness.behind.max } }),
    ...(proof === undefined ? {} : { proof }),
  };
}

function checkCommand(finding: Finding, variant: Variant, record: RunRecord, path: string): void {
  const asked = ["riftcheck", "run", ...argumentsOf(finding, variant)].join(" ");
  const ran = record.command.replace(/^.*? run /, "riftcheck run ").replace(/ --(?:seed|out) \S+/g, "");
  if (ran !== asked) throw new Error(`${path}: expected a run of "${asked}", found one of "${ran}"`);
}

/** Undefined: nothing says. Broken by one kind of objects is broken. */
function isShown({ breaks }: Finding, verdict: VerdictDocument): boolean | undefined {
  if (breaks === undefined) return undefined;
  const about = verdict.results.filter(
    ({ model, objects }) =>
      model === breaks.model && (breaks.objects === undefined || objects === breaks.objects),
  );
  if (about.some((result) => result.verdict === "violated")) return true;
  return about.some((result) => result.verdict === "satisfied") ? false : undefined;
}

function proofOf(
  { breaks }: Finding,
  { anomalies }: VerdictDocument,
  history: History,
): Measurement["proof"] {
  const prefix = breaks?.objects?.replace(/\*$/, "");
  const about = anomalies.filter(
    ({ model, key }) => model === breaks?.model && (prefix === undefined || key?.startsWith(prefix)),
  );
  const smallest = about.reduce<Anomaly | undefined>(
    (best, each) => (best === undefined || each.witness.length < best.witness.length ? each : best),
    undefined,
  );
  if (smallest === undefined) return undefined;
  return { explanation: smallest.explanation, drawing: firstDrawing(smallest, history) };
}

function outcomesOf(history: History): Measurement["operations"] {
  const counts = { ok: 0, fail: 0, info: 0 };
  for (const status of history.status) {
    if (status === STATUS.ok) counts.ok++;
    else if (status === STATUS.fail) counts.fail++;
    else counts.info++;
  }
  return counts;
}

function acknowledgedUpdates(history: History): number {
  let count = 0;
  for (let row = 0; row < history.length; row++) {
    const f = FUNCTIONS[history.f[row] ?? -1];
    if (history.status[row] === STATUS.ok && f !== undefined && !READS.has(f)) count++;
  }
  return count;
}

function stalenessOf({ stats }: VerdictDocument): StalenessStats | undefined {
  const read = stalenessStatsSchema.safeParse(stats["staleness"]);
  return read.success && read.data.reads > 0 ? read.data : undefined;
}

const storeSchema = z.object({
  store: z.object({ nodes: z.record(z.string(), z.object({ version: z.string() })) }),
});

function versionOf({ cluster }: RunRecord): string | undefined {
  const read = storeSchema.safeParse(cluster);
  if (!read.success) return undefined;
  return [...new Set(Object.values(read.data.store.nodes).map(({ version }) => version))].join(", ");
}
