import { stderr, stdout } from "node:process";
import { Command } from "commander";
import { EXIT, messageOf } from "#core/errors";
import type { History } from "#core/history";
import type { RunRecord, VerdictDocument } from "#core/run";
import type { Nanoseconds } from "#core/units";
import type { Expectation, Model } from "#core/verdict";
import type { ReportInput } from "../../reports/data.ts";
import { renderText } from "../../reports/text.ts";
import { failedCasFlag } from "../history/importers/options.ts";
import { mappingFlag } from "../history/importers/mapping.ts";
import { FORMAT_NAMES, formatNamed } from "../history/importers/registry.ts";
import { readHistory, type ReadOptions } from "../history/read-history.ts";
import { RunFolder } from "../store/run-folder.ts";
import { ACCEPTABLE_HELP, acceptableDelayFlag } from "./acceptable-delay.ts";
import { CheckReports } from "./check-reports.ts";
import { CiOutput, loggable, SUMMARY_HELP } from "./ci.ts";
import { describeError, exitCodeOf, worstExitCode } from "./exit-code.ts";
import { Judging } from "./judging.ts";
import { limitsOf, type LimitFlags } from "./limit-flags.ts";
import { ANOMALIES_HELP, anomaliesFlag, textOptions } from "./text-options.ts";
import { expectationsFlag, modelFlag } from "./values.ts";

interface CheckFlags extends LimitFlags {
  readonly expect?: string;
  readonly model?: string;
  readonly json?: boolean;
  readonly report?: string;
  readonly summary?: string;
  readonly format?: string;
  readonly map?: string;
  readonly failedCas?: string;
  readonly anomalies?: string;
  readonly acceptableDelay?: string;
}

interface CheckRequest {
  readonly expectations: readonly Expectation[] | undefined;
  readonly models: readonly Model[] | undefined;
  /** How files are read that are no run folders. */
  readonly reading: ReadOptions;
  readonly anomalies: number | undefined;
  /** Undefined: as the run was told, else the default. */
  readonly acceptableDelay: Nanoseconds | undefined;
  /** Where reports are to be written. */
  readonly reports: CheckReports | undefined;
  readonly ci: CiOutput;
}

/** `riftcheck check <history...>`: judges recorded histories, or the history of a run folder. */
export function checkCommand(): Command {
  return new Command("check")
    .description("judge recorded histories of any known format, or run folders")
    .argument("<history...>", "history files or run folders")
    .option("--expect <models>", "what must hold: model,model=may-break,model=breaks or none")
    .option("--model <models>", "judge only these models, and expect them")
    .option(
      "--timeout <duration>",
      "most time to judge a history: what is not decided then is unknown (default: a minute and more for each search)",
    )
    .option(
      "--max-memory <size>",
      "most memory of the whole process, such as 2GB: what needs more is unknown (default: three quarters of what is free)",
    )
    .option("--workers <n>", "checkers at once (default: as many as there are cores)")
    .option("--format <name>", `auto, or one of ${FORMAT_NAMES.join(", ")}`)
    .option("--map <mapping>", "what the columns of a table hold: column=field,… or a JSON file")
    .option("--failed-cas <meaning>", "a failed compare-and-set is an observation, or a failure like others")
    .option("--acceptable-delay <duration>", `${ACCEPTABLE_HELP} (default: 5s)`)
    .option("--anomalies <n>", ANOMALIES_HELP)
    .option("--report <folder>", "write a report of each history into this folder")
    .option("--summary <file>", SUMMARY_HELP)
    .option("--json", "print one JSON document per line")
    .action(async (files: string[], flags: CheckFlags) => {
      const models = flags.model?.split(",").map((name) => modelFlag(name.trim()));
      const request: CheckRequest = {
        models,
        expectations:
          flags.expect !== undefined
            ? expectationsFlag(flags.expect)
            : models?.map((model) => expectedModel(model)),
        reading: readingFlags(flags),
        anomalies: anomaliesFlag(flags.anomalies),
        acceptableDelay: acceptableDelayFlag(flags.acceptableDelay),
        reports: flags.report === undefined ? undefined : new CheckReports(flags.report),
        ci: new CiOutput({ summary: flags.summary, json: flags.json === true }),
      };
      await using judging = new Judging(limitsOf(flags));
      const codes: number[] = [];
      for (const file of files) codes.push(await checkOne(file, request, judging, flags.json === true));
      process.exitCode = worstExitCode(codes);
      request.ci.write();
    });
}

/** @throws HarnessError `usage` where the model needs a bound, which only `--expect` can give */
function expectedModel(model: Model): Expectation {
  const [expectation] = expectationsFlag(model);
  return { ...expectation!, reason: "asked for with --model" };
}

/** @throws HarnessError `usage`, `unknown-name` */
function readingFlags({ format = "auto", map, failedCas }: CheckFlags): ReadOptions {
  if (format !== "auto") formatNamed(format);
  return {
    format,
    ...(map === undefined ? {} : { mapping: mappingFlag(map) }),
    ...(failedCas === undefined ? {} : { failedCas: failedCasFlag(failedCas) }),
  };
}

/** Judges one file; a bad file is reported and does not stop the others. @returns its exit code */
async function checkOne(
  file: string,
  request: CheckRequest,
  judging: Judging,
  json: boolean,
): Promise<number> {
  try {
    const { verdict, record, history } = await verdictOf(file, request, judging);
    const text = json
      ? JSON.stringify(verdict)
      : renderText(verdict, record, textOptions(stdout, history, request.anomalies));
    stdout.write(loggable(`${text}\n`, json));
    request.ci.add({ verdict, run: record, history });
    const run = record === undefined ? {} : { run: record };
    const reported = writeReport(file, request.reports, { verdict, history, ...run });
    return worstExitCode([exitCodeOf(verdict), reported]);
  } catch (error) {
    request.ci.addUnreadable(file, messageOf(error));
    return failed(error);
  }
}

/** A report that cannot be written takes nothing back of the verdict. @returns an exit code */
function writeReport(file: string, reports: CheckReports | undefined, input: ReportInput): number {
  if (reports === undefined) return EXIT.ok;
  try {
    stderr.write(`report   ${reports.write(file, input)}\n`);
    return EXIT.ok;
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): number {
  const { text, exitCode } = describeError(error);
  stderr.write(`${text}\n`);
  return exitCode;
}

async function verdictOf(
  file: string,
  request: CheckRequest,
  judging: Judging,
): Promise<{ verdict: VerdictDocument; record: RunRecord | undefined; history: History }> {
  const folder = RunFolder.isRunFolder(file) ? RunFolder.open(file) : undefined;
  const record = folder?.readRecord();
  const path = folder?.file("history") ?? file;
  const reading: ReadOptions = folder === undefined ? request.reading : { format: "jsonl" };
  const history = await judging.read(path, (guard) => readHistory(path, { ...reading, guard }));
  const verdict = await judging.judge(history, {
    expectations: request.expectations ?? record?.expectations,
    acceptableDelay: request.acceptableDelay ?? record?.acceptableDelay,
    ...(request.models === undefined ? {} : { models: request.models }),
  });
  return { verdict, record, history };
}
