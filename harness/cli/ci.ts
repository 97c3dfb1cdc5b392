import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { cwd, env, stderr, stdout } from "node:process";
import { HarnessError, messageOf } from "#core/errors";
import {
  type Annotation,
  annotationLines,
  annotationsOf,
  jsonWithoutCommands,
  withoutCommands,
} from "../../reports/github.ts";
import {
  renderSummary,
  type SummaryEntry,
  summaryEntry,
  type SummaryInput,
  unreadableEntry,
} from "../../reports/summary.ts";

const isActions = (): boolean => env["GITHUB_ACTIONS"] === "true";

/** A result as it may be printed: in the log of GitHub Actions no recorded value is taken for a command. */
export function loggable(text: string, json: boolean): string {
  if (!isActions()) return text;
  return json ? jsonWithoutCommands(text) : withoutCommands(text, randomUUID());
}

/**
 * What one command tells machines and reviewers besides its result: a summary in a file, GitHub's summary of the job
 * (GITHUB_STEP_SUMMARY) and annotations (GITHUB_ACTIONS).
 */
export class CiOutput {
  readonly #file: string | undefined;
  readonly #json: boolean;
  readonly #entries: SummaryEntry[] = [];
  readonly #annotations: Annotation[] = [];

  /** `json`: stdout is for JSON alone. */
  constructor({ summary, json }: { readonly summary: string | undefined; readonly json: boolean }) {
    this.#file = summary;
    this.#json = json;
  }

  add(input: SummaryInput, gate = false): void {
    if (this.#isAsked()) this.#entries.push(summaryEntry(input));
    if (!isActions()) return;
    for (const annotation of annotationsOf(input.verdict, { ...input, gate }))
      this.#annotations.push(located(annotation));
  }

  /** A file that could not be judged; `problem` may begin with its name and a line. */
  addUnreadable(file: string, problem: string): void {
    if (this.#isAsked()) this.#entries.push(unreadableEntry(file, problem));
    const line = problem.includes(`${file}:`)
      ? /^:(\d+)/.exec(problem.slice(problem.indexOf(`${file}:`) + file.length))?.[1]
      : undefined;
    const place = line === undefined ? {} : { line: Number(line) };
    this.#annotations.push(
      located({ level: "error", title: "riftcheck: unreadable", message: problem, file, ...place }),
    );
  }

  /** At the end, once. @throws HarnessError `usage` if a summary cannot be written */
  write(): void {
    if (isActions()) {
      const lines = annotationLines(this.#annotations).map((line) => `${line}\n`);
      (this.#json ? stderr : stdout).write(lines.join(""));
    }
    if (this.#entries.length === 0) return;
    const text = renderSummary(this.#entries);
    const step = env["GITHUB_STEP_SUMMARY"];
    if (this.#file !== undefined) {
      const path = this.#file;
      writing("--summary", path, () => {
        mkdirSync(dirname(resolve(path)), { recursive: true });
        writeFileSync(path, text);
      });
    }
    if (step !== undefined && step !== "")
      writing("GITHUB_STEP_SUMMARY", step, () => appendFileSync(step, text));
  }

  #isAsked(): boolean {
    return this.#file !== undefined || (env["GITHUB_STEP_SUMMARY"] ?? "") !== "";
  }
}

/** GitHub finds files by their path in the checkout. */
function located(annotation: Annotation): Annotation {
  if (annotation.file === undefined) return annotation;
  const root = env["GITHUB_WORKSPACE"] ?? cwd();
  return { ...annotation, file: relative(root, resolve(annotation.file)) };
}

function writing(what: string, path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new HarnessError("usage", `${what}: ${path} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
