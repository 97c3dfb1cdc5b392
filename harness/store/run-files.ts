import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

/** What is in the folder of a run. */
export const RUN_FILES = {
  record: "run.json",
  history: "history.jsonl",
  verdict: "verdict.json",
  report: "report.html",
  junit: "junit.xml",
  metrics: "metrics.json",
  logs: "logs",
} as const;

export const isRunFolder = (path: string): boolean =>
  existsSync(path) && statSync(path).isDirectory() && existsSync(join(path, RUN_FILES.record));
