import { type Dirent, existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HarnessError, messageOf } from "#core/errors";
import type { FoundDocument, RunDocuments } from "#core/run-documents";
import { RUN_FILES } from "./run-files.ts";

/** How deep run folders are looked for: runs/, a night in it, a run in that. */
const MAX_DEPTH = 3;
/** No verdict is as large: what is, would stop the overview of all the others. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Names of run folders, of which one may have died before it wrote anything. */
const RUN_NAME = /^\d{8}T\d{6}Z-/;

/**
 * The run folders at and below `root`, in the order of their names, each with what its JSON files hold. Whatever is wrong
 * with one is told in its documents. Symbolic links are not followed.
 * @throws HarnessError `bad-run-folder` if `root` cannot be read
 */
export function readRuns(root: string): RunDocuments[] {
  return [...runPaths(root)].map((path) => ({
    path,
    record: readDocument(join(root, path), RUN_FILES.record),
    verdict: readDocument(join(root, path), RUN_FILES.verdict),
    metrics: readDocument(join(root, path), RUN_FILES.metrics),
    hasReport: existsSync(join(root, path, RUN_FILES.report)),
  }));
}

function* runPaths(root: string): Generator<string> {
  const entries = entriesOf(root);
  if (!Array.isArray(entries))
    throw new HarnessError("bad-run-folder", `${root} cannot be read: ${entries.problem}`, {
      hint: "name the folder that holds run folders, such as runs",
    });
  if (isRun(entries)) yield ".";
  else yield* below(root, "", entries, 1);
}

function* below(root: string, prefix: string, entries: readonly Dirent[], depth: number): Generator<string> {
  for (const { name } of entries.filter((one) => one.isDirectory()).sort(byName)) {
    const path = `${prefix}${name}`;
    const inside = entriesOf(join(root, path));
    if (!Array.isArray(inside) || isRun(inside) || RUN_NAME.test(name)) yield path;
    else if (depth < MAX_DEPTH) yield* below(root, `${path}/`, inside, depth + 1);
  }
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

const MARKS: ReadonlySet<string> = new Set([RUN_FILES.record, RUN_FILES.verdict, RUN_FILES.history]);
const isRun = (entries: readonly Dirent[]): boolean => entries.some(({ name }) => MARKS.has(name));

function entriesOf(path: string): Dirent[] | { readonly problem: string } {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function readDocument(folder: string, name: string): FoundDocument {
  const path = join(folder, name);
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) return { problem: `${name} is missing` };
    if (!found.isFile()) return { problem: `${name} is no plain file` };
    if (found.size > MAX_BYTES) return { problem: `${name} is larger than 64 MB` };
    return { value: JSON.parse(readFileSync(path, "utf8")) as unknown };
  } catch (error) {
    // The parser quotes what it found, with line breaks.
    return { problem: `${name} cannot be read: ${messageOf(error)}` };
  }
}
