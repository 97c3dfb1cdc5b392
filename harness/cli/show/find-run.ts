import { resolve } from "node:path";
import { HarnessError } from "#core/errors";
import type { RunDocuments } from "#core/run-documents";

/**
 * The run that a name stands for: its path below the folder of runs, a path on disk, or a part that only one has.
 * @throws HarnessError `usage`
 */
export function findRun(root: string, runs: readonly RunDocuments[], name: string): RunDocuments {
  const plain = name.replace(/\/+$/, "");
  const exact = runs.find(({ path }) => path === plain || resolve(root, path) === resolve(plain));
  if (exact !== undefined) return exact;
  const alike = runs.filter(({ path }) => path.includes(plain));
  const [only] = alike;
  if (only !== undefined && alike.length === 1) return only;
  throw new HarnessError(
    "usage",
    alike.length === 0
      ? `--compare: there is no run "${name}" in ${root}`
      : `--compare: "${name}" may be any of ${alike.length} runs in ${root}`,
    { hint: `name a run folder, such as ${alike[0]?.path ?? runs[0]?.path ?? "one of those in it"}` },
  );
}
