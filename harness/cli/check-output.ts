import { stderr, stdout } from "node:process";
import { EXIT, messageOf } from "#core/errors";
import type { History } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import { renderText } from "../../reports/text.ts";
import type { CheckReports } from "./check-reports.ts";
import { CiOutput, loggable } from "./ci.ts";
import { describeError, exitCodeOf, worstExitCode } from "./exit-code.ts";
import { textOptions } from "./text-options.ts";

export interface CheckOutputSettings {
  readonly json: boolean;
  /** The file of `--summary`. */
  readonly summary: string | undefined;
  readonly anomalies: number | undefined;
  /** Where reports are to be written. */
  readonly reports: CheckReports | undefined;
}

/** A history that was judged. */
interface Judged {
  readonly verdict: VerdictDocument;
  readonly record: RunRecord | undefined;
  readonly history: History;
}

/** What `riftcheck check` tells of the histories that it judges. */
export class CheckOutput {
  readonly #settings: CheckOutputSettings;
  readonly #ci: CiOutput;

  constructor(settings: CheckOutputSettings) {
    this.#settings = settings;
    this.#ci = new CiOutput(settings);
  }

  /** @returns its exit code */
  tell(file: string, { verdict, record, history }: Judged): number {
    const { json, anomalies } = this.#settings;
    const text = json
      ? JSON.stringify(verdict)
      : renderText(verdict, record, textOptions(stdout, history, anomalies));
    stdout.write(loggable(`${text}\n`, json));
    this.#ci.add({ verdict, run: record, history });
    return worstExitCode([exitCodeOf(verdict), this.#report(file, { verdict, record, history })]);
  }

  /** Of a history that could not be judged. @returns its exit code */
  tellUnreadable(file: string, error: unknown): number {
    this.#ci.addUnreadable(file, messageOf(error));
    return failed(error);
  }

  /** At the end, once. @throws HarnessError `usage` if a summary cannot be written */
  end(): void {
    this.#ci.write();
  }

  /** A report that cannot be written takes nothing back of the verdict. @returns an exit code */
  #report(file: string, { verdict, record, history }: Judged): number {
    const { reports } = this.#settings;
    if (reports === undefined) return EXIT.ok;
    try {
      const run = record === undefined ? {} : { run: record };
      stderr.write(`report   ${reports.write(file, { verdict, history, ...run })}\n`);
      return EXIT.ok;
    } catch (error) {
      return failed(error);
    }
  }
}

/** Tells of an error on stderr. @returns its exit code */
function failed(error: unknown): number {
  const { text, exitCode } = describeError(error);
  stderr.write(`${text}\n`);
  return exitCode;
}
