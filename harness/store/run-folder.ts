import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import type { z } from "zod";
import { HarnessError, messageOf } from "#core/errors";
import { RUN_FORMAT } from "#core/formats";
import { type RunRecord, runRecordSchema, type VerdictDocument } from "#core/run";
import { FileSink, writeFailure } from "./file-sink.ts";
import { RUN_FILES } from "./run-files.ts";

/** One run on disk: everything needed to check, report and repeat it elsewhere. */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes `<out>/<utc>-<target>-<workload>-<seed>-<suffix>/`. @throws HarnessError `setup-failed` */
  static create(out: string, name: string): RunFolder {
    const path = join(out, name);
    try {
      mkdirSync(path, { recursive: true });
    } catch (cause) {
      throw new HarnessError("setup-failed", `cannot make the run folder ${path}: ${messageOf(cause)}`, {
        cause,
        hint: "choose another folder with --out",
      });
    }
    return new RunFolder(path);
  }

  /** @throws HarnessError `bad-run-folder` if there is no run in it. */
  static open(path: string): RunFolder {
    if (!existsSync(join(path, RUN_FILES.record))) {
      throw new HarnessError("bad-run-folder", `${path} is no run folder: it has no ${RUN_FILES.record}`);
    }
    return new RunFolder(path);
  }

  file(name: keyof typeof RUN_FILES): string {
    return join(this.path, RUN_FILES[name]);
  }

  /** @throws HarnessError `bad-run-folder` naming the field and what was expected. */
  readRecord(): RunRecord {
    return this.#read("record", runRecordSchema, RUN_FORMAT);
  }

  /** Undefined: the run was not measured. @throws HarnessError `bad-run-folder` */
  readMetrics<T>(schema: z.ZodType<T>, newest: number): T | undefined {
    return existsSync(this.file("metrics")) ? this.#read("metrics", schema, newest) : undefined;
  }

  #read<T>(name: keyof typeof RUN_FILES, schema: z.ZodType<T>, newest: number): T {
    const path = this.file(name);
    let parsed: unknown;
    try {
      parsed = JSON.parse(readFileSync(path, "utf8"));
    } catch (cause) {
      throw new HarnessError("bad-run-folder", `${path}: expected JSON: ${messageOf(cause)}`, { cause });
    }
    const format = (parsed as { format?: unknown } | null)?.format;
    if (typeof format === "number" && format > newest) {
      throw new HarnessError(
        "bad-run-folder",
        `${path}: format ${format} needs a newer riftcheck (this one reads ${newest})`,
      );
    }
    const result = schema.safeParse(parsed);
    if (!result.success) {
      const issue = result.error.issues[0];
      throw new HarnessError(
        "bad-run-folder",
        `${path}: field "${issue?.path.join(".") ?? ""}": ${issue?.message ?? "invalid"}`,
      );
    }
    return result.data;
  }

  writeRecord(record: RunRecord): void {
    this.#replace("record", `${JSON.stringify(record, null, 2)}\n`);
  }

  writeVerdict(verdict: VerdictDocument): void {
    this.#replace("verdict", `${JSON.stringify(verdict, null, 2)}\n`);
  }

  writeText(name: "report" | "junit" | "metrics", text: string): void {
    this.#replace(name, text);
  }

  /** Log texts by `<node>/<process>.log`. */
  writeLogs(logs: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(logs)) {
      const path = join(this.path, RUN_FILES.logs, name);
      writing(path, () => {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
      });
    }
  }

  /** Log texts by `<node>/<process>.log`, as they were written; none where they could not be collected. */
  readLogs(): Record<string, string> {
    const root = this.file("logs");
    if (!existsSync(root)) return {};
    const names = readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted();
    return Object.fromEntries(
      names
        .filter((name) => statSync(join(root, name)).isFile())
        .map((name) => [name.split(sep).join("/"), readFileSync(join(root, name), "utf8")]),
    );
  }

  openHistory(): FileSink {
    return new FileSink(this.file("history"));
  }

  /** Whole or not at all: a reader never meets half a file. */
  #replace(name: keyof typeof RUN_FILES, text: string): void {
    const path = this.file(name);
    writing(path, () => {
      writeFileSync(`${path}.part`, text);
      renameSync(`${path}.part`, path);
    });
  }
}

/** @throws HarnessError `disk-full`, `setup-failed` */
function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}
