/** Leaves a disagreement behind as a golden history (tests/golden.test.ts). */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FuzzCase } from "../checkers/testing/fuzz/fuzz-case.ts";
import type { Finding } from "../checkers/testing/fuzz/fuzz-runs.ts";
import { historyFrom } from "../checkers/testing/operations.ts";
import { exportJsonl } from "../harness/history/exporters/jsonl-export.ts";

/** Writes the history to the folder of the verdict that the definition gives. @returns the file */
export function keepGolden(
  golden: string,
  { checker, title, header }: Pick<FuzzCase, "checker" | "title" | "header">,
  { model, holds, run, seed }: Pick<Finding, "model" | "holds" | "run" | "seed">,
): string {
  const folder = join(golden, model, holds ? "valid" : "invalid");
  mkdirSync(folder, { recursive: true });
  const name = `fuzz ${checker.name} ${title} ${seed}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const file = join(folder, `${name}.jsonl`);
  writeFileSync(file, [...exportJsonl(historyFrom(run, header))].join(""));
  return file;
}
