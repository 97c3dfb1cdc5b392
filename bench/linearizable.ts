/**
 * Judges histories of one register, unique values, by `bin/riftcheck check`: whole processes, start-up, reading and report
 * included.
 *
 *     node bench/linearizable.ts [operations] [clients] [runs]
 *
 * Valid and with one stale read near the end, all clients busy; each with `--model linearizable` and plain; then histories in
 * which a tenth of the operations timed out. Medians of elapsed and of processor time, peak memory. Temporary files take
 * about 200 bytes per operation.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./support/median.ts";
import { type RegisterHistoryOptions, writeRegisterHistory } from "./support/register-history.ts";

interface Measurement {
  /** Seconds. */
  readonly elapsed: number;
  readonly processor: number;
  readonly megabytes: number;
}

const [operations = 1_000_000, clients = 50, runs = 5] = process.argv.slice(2).map(Number);
const COMMAND = join(import.meta.dirname, "../bin/riftcheck");
const PRINT_USAGE = `--import=${join(import.meta.dirname, "support/print-usage.ts")}`;
const LINEARIZABLE = ["--model", "linearizable"];

const folder = mkdtempSync(join(tmpdir(), "riftcheck-bench-"));
try {
  console.log(`${operations} operations, ${clients} clients, node ${process.version}, median of ${runs}`);
  judgeAll("valid", { operations, clients, load: "busy" }, 0);
  judgeAll("stale", { operations, clients, load: "busy", stale: true }, 1);
  for (const size of [10_000, 100_000])
    judgeAll(`${size / 10} timed out`, { operations: size, clients, load: "busy", timeouts: size / 10 }, 0);
} finally {
  rmSync(folder, { recursive: true });
}

function judgeAll(name: string, options: RegisterHistoryOptions, exitCode: number): void {
  const path = join(folder, "history.jsonl");
  writeRegisterHistory(path, options);
  console.log(`${name}: ${options.operations} operations, ${(statSync(path).size / 1e6).toFixed(0)} MB`);
  for (const words of [LINEARIZABLE, []]) {
    const found = Array.from({ length: runs }, () => measure([path, ...words], exitCode));
    const of = (part: keyof Measurement) => median(found.map((one) => one[part]));
    console.log(
      `  check ${words.join(" ").padEnd(20)} ${of("elapsed").toFixed(2)} s, processor ${of("processor").toFixed(2)} s, ${of("megabytes").toFixed(0)} MB`,
    );
  }
}

function measure(words: readonly string[], exitCode: number): Measurement {
  const start = performance.now();
  const { stderr, status } = spawnSync(COMMAND, ["check", ...words], {
    env: { ...process.env, NODE_OPTIONS: PRINT_USAGE },
  });
  const elapsed = (performance.now() - start) / 1000;
  if (status !== exitCode)
    throw new Error(`exit code ${status} in place of ${exitCode}: ${stderr.toString()}`);
  const used = stderr.toString().trimEnd().split("\n").at(-1) ?? "";
  return { ...(JSON.parse(used) as Omit<Measurement, "elapsed">), elapsed };
}
