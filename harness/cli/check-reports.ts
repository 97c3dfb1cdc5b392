import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HarnessError, messageOf } from "#core/errors";
import { loadReportAssets } from "../../reports/assets.ts";
import { type ReportInput, reportData } from "../../reports/data.ts";
import { renderHtml } from "../../reports/html.ts";

/** The reports of the histories that one call judges: a page each, in one folder. */
export class CheckReports {
  readonly #folder: string;
  readonly #names = new Set<string>();

  /** Makes the folder, before anything is judged in vain. @throws HarnessError `usage` */
  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw unwritable(folder, error);
    }
  }

  /** @returns the page's path @throws HarnessError `usage` if it cannot be written */
  write(history: string, input: ReportInput): string {
    const path = join(this.#folder, `${this.#nameOf(history)}.html`);
    const page = renderHtml(reportData(input), loadReportAssets());
    try {
      writeFileSync(path, page);
    } catch (error) {
      throw unwritable(path, error);
    }
    return path;
  }

  /** Files of the same name in different folders get numbers. */
  #nameOf(history: string): string {
    const plain = basename(history) || "history";
    let name = plain;
    for (let count = 2; this.#names.has(name); count++) name = `${plain}-${count}`;
    this.#names.add(name);
    return name;
  }
}

const unwritable = (path: string, error: unknown): HarnessError =>
  new HarnessError("usage", `--report: ${path} cannot be written: ${messageOf(error)}`, {
    hint: "name a folder that exists or can be made",
    cause: error,
  });
