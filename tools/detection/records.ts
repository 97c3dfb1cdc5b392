import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

export const REGRESSIONS = join(import.meta.dirname, "../../tests/regressions");
const FILE = join(REGRESSIONS, "detection-matrix.json");

const recordSchema = z.strictObject({
  bug: z.string(),
  /** Runs until the anomaly expected of the bug showed; absent: it did not within `tried`. */
  seed: z.int().optional(),
  tried: z.int(),
  /** Of all runs of the search, wall clock. */
  searchMs: z.number(),
  /** Checkers that report the anomaly on the first run that shows it. */
  checkers: z.array(z.string()),
  /** Runs of the same setting without the bug, and those among them that show the anomaly: numbers. */
  controls: z.int(),
  shownByControls: z.array(z.int()),
  /** Runs that did not come to their end, with why. */
  troubles: z.array(z.string()),
  smallest: z
    .strictObject({
      nodes: z.int(),
      clients: z.int(),
      operations: z.int(),
      faults: z.int(),
      /** Of so many replays, those that showed the anomaly. */
      replays: z.int(),
      shown: z.int(),
      shrinkMs: z.number(),
    })
    .optional(),
});
/** What was found out about one planted bug. */
export type DetectionRecord = z.infer<typeof recordSchema>;

export function readRecords(): Record<string, DetectionRecord> {
  if (!existsSync(FILE)) return {};
  const records = z.array(recordSchema).parse(JSON.parse(readFileSync(FILE, "utf8")));
  return Object.fromEntries(records.map((record) => [record.bug, record]));
}

/** One line for each bug. */
export function writeRecords(records: Readonly<Record<string, DetectionRecord>>): void {
  const lines = Object.keys(records)
    .sort()
    .map((bug) => `  ${JSON.stringify(records[bug])}`);
  writeFileSync(FILE, `[\n${lines.join(",\n")}\n]\n`);
}
