/**
 * Judges a history of one million operations of the workload `session`: two million lines, about 220 MB.
 *
 *     node bench/check.ts [operations]
 *
 * Writes the history to a temporary file, then judges it in a fresh process – reading, every checker, nothing else – and
 * prints the time of each part, the elapsed time of that process, its peak memory and that of the columns alone. Median of
 * five, three of more than a million operations.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./support/median.ts";
import { writeSessionHistory } from "./support/session-history.ts";

interface Measurement {
  readonly parts: Readonly<Record<string, number>>;
  readonly peakMegabytes: number;
  readonly bytesPerOperation: number;
  readonly elapsed: number;
}

const operations = Number(process.argv[2] ?? 1_000_000);
const RUNS = operations > 1_000_000 ? 3 : 5;
const folder = mkdtempSync(join(tmpdir(), "riftcheck-bench-"));
try {
  const path = join(folder, "history.jsonl");
  writeSessionHistory(path, operations);
  console.log(
    `${operations} operations, ${(statSync(path).size / 1e6).toFixed(0)} MB, node ${process.version}`,
  );
  const runs = Array.from({ length: RUNS }, () => measure(path));
  for (const name of Object.keys(runs[0]?.parts ?? {})) {
    console.log(`${name.padEnd(16)} ${median(runs.map((run) => run.parts[name] ?? 0)).toFixed(0)} ms`);
  }
  console.log(`whole process    ${median(runs.map((run) => run.elapsed)).toFixed(0)} ms`);
  console.log(`peak memory      ${median(runs.map((run) => run.peakMegabytes)).toFixed(0)} MB`);
  console.log(`columns          ${runs[0]?.bytesPerOperation.toFixed(1)} bytes per operation`);
} finally {
  rmSync(folder, { recursive: true });
}

function measure(path: string): Measurement {
  const start = performance.now();
  const output = execFileSync(process.execPath, [join(import.meta.dirname, "support/judge-file.ts"), path]);
  const elapsed = performance.now() - start;
  return { ...(JSON.parse(output.toString()) as Omit<Measurement, "elapsed">), elapsed };
}
