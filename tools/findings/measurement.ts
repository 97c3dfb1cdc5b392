import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const FILE = join(import.meta.dirname, "../../docs/findings.jsonl");

const measurementSchema = z.strictObject({
  finding: z.string(),
  variant: z.string(),
  seed: z.int(),
  /** UTC, ISO 8601. */
  startedAt: z.string(),
  riftcheck: z.string(),
  /** As the store's nodes say. */
  version: z.string().optional(),
  valid: z.union([z.boolean(), z.literal("unknown")]),
  /** The verdict in one line. */
  summary: z.string(),
  /** Whether what the finding is about was violated; absent: nothing was decided. */
  shown: z.boolean().optional(),
  operations: z.strictObject({ ok: z.int(), fail: z.int(), info: z.int() }),
  /** Updates that were acknowledged. */
  updates: z.int(),
  /** Of sets: elements that nobody acknowledged, that reads showed, and that are gone; `counts` has them among the lost ones. */
  vanished: z.int().optional(),
  faults: z.strictObject({ planned: z.int(), began: z.int() }),
  /** All anomalies by type. */
  counts: z.record(z.string(), z.int()),
  staleness: z.strictObject({ reads: z.int(), stale: z.int(), worst: z.number() }).optional(),
  /** The first anomaly in words, and drawn; of the first run of its variant that shows it. */
  proof: z.strictObject({ explanation: z.string(), drawing: z.array(z.string()) }).optional(),
});
/** What one run of a finding came to. Durations in nanoseconds. */
export type Measurement = z.infer<typeof measurementSchema>;

const rankOf = ({ finding, variant, seed }: Measurement): string =>
  `${finding}/${variant}/${String(seed).padStart(6, "0")}`;

/** @throws Error naming the line that is none */
export function readMeasurements(file: string = FILE): Measurement[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line, i) => {
    const read = measurementSchema.safeParse(JSON.parse(line));
    if (read.success) return read.data;
    throw new Error(`${file}:${i + 1}: ${z.prettifyError(read.error)}`);
  });
}

/** Sorted, so that a new run changes one line. */
export function writeMeasurements(all: readonly Measurement[], file: string = FILE): void {
  const sorted = all.toSorted((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1));
  writeFileSync(file, sorted.map((each) => `${JSON.stringify(each)}\n`).join(""));
}
