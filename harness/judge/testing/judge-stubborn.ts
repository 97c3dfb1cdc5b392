/**
 * Judges a history by stubborn checkers in a process of its own, whose memory nobody else takes, and then once more by one
 * that ends: `node judge-stubborn.ts <workers> <bytes> <models with commas>` prints a `StubbornReport`.
 */
import { readFileSync } from "node:fs";
import { argv, stdout } from "node:process";
import { partsOf } from "#core/table-history";
import type { Model, ModelResult } from "#core/verdict";
import { parseHistory } from "../../history/read-history.ts";
import { CheckerPool } from "../checker-pool.ts";
import { runInWorkers } from "../run-in-workers.ts";

export interface StubbornReport {
  readonly results: readonly ModelResult[];
  readonly next: readonly ModelResult[];
  readonly peakBytes: number;
}

const [workers, bytes, models = ""] = argv.slice(2);
const registry = new URL("./stubborn-checkers.ts", import.meta.url).href;
const history = parseHistory(
  '{"index":0,"time":1,"process":0,"type":"invoke","f":"write","key":"x","value":"one"}\n',
);

await using pool = new CheckerPool({ registry, maxMemory: Number(bytes), workers: Number(workers) });
const judge = async (asked: readonly Model[]): Promise<ModelResult[]> => {
  const request = { models: asked, memoryWords: "--max-memory" };
  const outcomes = await runInWorkers(partsOf(history), pool, request);
  return outcomes.flatMap((outcome) => outcome.results);
};
const results = await judge(models.split(",") as Model[]);
const next = await judge(["convergence"]);
// Not `resourceUsage`: there a process begins with what the one that started it took.
const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
const report: StubbornReport = { results, next, peakBytes: Number(peak) * 1024 };
stdout.write(JSON.stringify(report));
