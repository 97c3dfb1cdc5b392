import type { History } from "#core/history";
import type { RunRecord } from "#core/run";
import type { Nanoseconds } from "#core/units";
import type { Expectation, Model } from "#core/verdict";
import { mappingFlag } from "../history/importers/mapping.ts";
import { failedCasFlag } from "../history/importers/options.ts";
import { formatNamed } from "../history/importers/registry.ts";
import { readHistory, type ReadOptions } from "../history/read-history.ts";
import type { CheckerPool } from "../judge/checker-pool.ts";
import { isRunFolder } from "../store/run-files.ts";
import { acceptableDelayFlag } from "./acceptable-delay.ts";
import type { CheckOutput, CheckOutputSettings } from "./check-output.ts";
import type { CheckReports } from "./check-reports.ts";
import { worstExitCode } from "./exit-code.ts";
import { Judging } from "./judging.ts";
import type { JudgingLimits } from "./judging-pool.ts";
import type { LimitFlags } from "./limit-flags.ts";
import { anomaliesFlag } from "./text-options.ts";
import { expectationsFlag, modelFlag } from "./values.ts";

/** As commander parsed them. */
export interface CheckFlags extends LimitFlags {
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

/** Judges files one after the other and tells of each. @returns the exit code of all @throws HarnessError `usage`, `unknown-name` */
export async function checkFiles(
  files: readonly string[],
  flags: CheckFlags,
  { limits, pool }: { readonly limits: JudgingLimits; readonly pool: CheckerPool },
): Promise<number> {
  const request = await requestOf(flags);
  const judging = new Judging(limits, pool);
  const codes: number[] = [];
  for (const file of files) codes.push(await checkOne(file, request, judging));
  (await request.output()).end();
  return worstExitCode(codes);
}

/** @throws HarnessError `usage`, `unknown-name` */
async function requestOf(flags: CheckFlags): Promise<CheckRequest> {
  const models = flags.model?.split(",").map((name) => modelFlag(name.trim()));
  return {
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
