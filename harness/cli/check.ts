import { Command } from "commander";
import type { History } from "#core/history";
import type { RunRecord } from "#core/run";
import type { Nanoseconds } from "#core/units";
import type { Expectation, Model } from "#core/verdict";
import { failedCasFlag } from "../history/importers/options.ts";
import { mappingFlag } from "../history/importers/mapping.ts";
import { FORMAT_NAMES, formatNamed } from "../history/importers/registry.ts";
import { readHistory, type ReadOptions } from "../history/read-history.ts";
import { isRunFolder } from "../store/run-files.ts";
import { ACCEPTABLE_HELP, acceptableDelayFlag } from "./acceptable-delay.ts";
import type { CheckOutput, CheckOutputSettings } from "./check-output.ts";
import type { CheckReports } from "./check-reports.ts";
import { worstExitCode } from "./exit-code.ts";
import { Judging } from "./judging.ts";
import { limitsOf, type LimitFlags } from "./limit-flags.ts";
import { ANOMALIES_HELP, anomaliesFlag } from "./text-options.ts";
import { SUMMARY_HELP } from "./summary-flag.ts";
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
  /** Undefined: as the run was told, else the default. */
  readonly acceptableDelay: Nanoseconds | undefined;
  readonly output: () => Promise<CheckOutput>;
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
        acceptableDelay: acceptableDelayFlag(flags.acceptableDelay),
        output: outputLoader({
          json: flags.json === true,
          summary: flags.summary,
          anomalies: anomaliesFlag(flags.anomalies),
          reports: flags.report === undefined ? undefined : await reportsIn(flags.report),
        }),
      };
      await using judging = new Judging(limitsOf(flags));
      const codes: number[] = [];
      for (const file of files) codes.push(await checkOne(file, request, judging));
      process.exitCode = worstExitCode(codes);
      (await request.output()).end();
    });
}

/** The folder is made before anything is judged in vain. @throws HarnessError `usage` */
const reportsIn = async (folder: string): Promise<CheckReports> =>
  new (await import("./check-reports.ts")).CheckReports(folder);

/** Loaded when the first history is being judged: until then the threads that judge it wait for this one. */
function outputLoader(settings: CheckOutputSettings): () => Promise<CheckOutput> {
  let output: Promise<CheckOutput> | undefined;
  return () => (output ??= import("./check-output.ts").then((loaded) => new loaded.CheckOutput(settings)));
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
async function checkOne(file: string, request: CheckRequest, judging: Judging): Promise<number> {
  try {
    const { history, record } = await readOne(file, request, judging);
    const [verdict, output] = await Promise.all([
      judging.judge(history, {
        expectations: request.expectations ?? record?.expectations,
        acceptableDelay: request.acceptableDelay ?? record?.acceptableDelay,
        ...(request.models === undefined ? {} : { models: request.models }),
      }),
      request.output(),
    ]);
    return output.tell(file, { verdict, record, history });
  } catch (error) {
    return (await request.output()).tellUnreadable(file, error);
  }
}

async function readOne(
  file: string,
  request: CheckRequest,
  judging: Judging,
): Promise<{ record: RunRecord | undefined; history: History }> {
  const folder = isRunFolder(file)
    ? (await import("../store/run-folder.ts")).RunFolder.open(file)
    : undefined;
  const record = folder?.readRecord();
  const path = folder?.file("history") ?? file;
  const reading: ReadOptions = folder === undefined ? request.reading : { format: "jsonl" };
  const history = await judging.read(path, (limits) => readHistory(path, { ...reading, ...limits }));
  return { record, history };
}
