import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { stdout } from "node:process";
import { Command } from "commander";
import { EXIT, HarnessError } from "#core/errors";
import type { History } from "#core/history";
import { formatDuration, MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import type { Target } from "#core/target";
import type { Anomaly, Expectation } from "#core/verdict";
import { exportJsonl } from "../history/exporters/jsonl-export.ts";
import { mappingFlag } from "../history/importers/mapping.ts";
import { formatNamed } from "../history/importers/registry.ts";
import { readHistory, type ReadOptions } from "../history/read-history.ts";
import { type AnomalyName, nameWords, type ScriptedCase } from "../hunt/case.ts";
import { CASE_SUFFIX, isCaseFile, readCase, writeCase } from "../hunt/case-file.ts";
import { caseOfRun } from "../hunt/case-of-run.ts";
import { sizeWords } from "../hunt/case-words.ts";
import type { CachingOracle } from "../hunt/oracle.ts";
import { caught, kindOf } from "../hunt/quarry.ts";
import { RealOracle } from "../hunt/real-oracle.ts";
import { shrinkCase } from "../hunt/shrink-case.ts";
import { shrinkHistory } from "../hunt/shrink-history.ts";
import { shrinkReal } from "../hunt/shrink-real.ts";
import { simulateCase } from "../hunt/simulate-case.ts";
import { simulatedOracle } from "../hunt/simulated-oracle.ts";
import { RunFolder } from "../store/run-folder.ts";
import { isRunFolder } from "../store/run-files.ts";
import { printCase, printVerdict } from "./case-result.ts";
import { COMMAND_NAME } from "./command-name.ts";
import type { EnvironmentName } from "./environment.ts";
import { findTarget } from "./find-target.ts";
import { judgeHistory } from "./judge-history.ts";
import { anomalyFlag } from "./hunt.ts";
import { Terminal } from "./terminal.ts";
import { durationFlag, expectationsFlag, integerFlag } from "./values.ts";

interface ShrinkFlags {
  readonly anomaly?: string;
  readonly expect?: string;
  readonly budget?: string;
  readonly tries?: string;
  readonly out?: string;
  readonly format?: string;
  readonly map?: string;
  readonly json?: boolean;
}

const SIM_BUDGET = 60 * SECOND;
const REAL_BUDGET = 600 * SECOND;
const REAL_TRIES = 5;
const CHECKER_TIMEOUT = 60 * SECOND;

/** `riftcheck shrink <run|history|case>` */
export function shrinkCommand(): Command {
  return new Command("shrink")
    .description("the smallest run, or the smallest part of a history, that still shows the anomaly")
    .argument("<what>", `a run folder, a history, or a file ${CASE_SUFFIX}`)
    .option("--anomaly <type>", "which anomaly (default: the plainest that breaks what was expected)")
    .option("--expect <models>", "what must hold (default: what the run expected)")
    .option("--budget <duration>", "most time (default: 60s, for runs outside the simulation 10m)")
    .option("--tries <n>", "most runs of each step outside the simulation (default: 5)")
    .option("--out <file>", "where the result is written (default: beside what was given)")
    .option("--format <name>", "of a history, as for check")
    .option("--map <mapping>", "of a table, as for check")
    .option("--json", "print the result as JSON")
    .action(async (path: string, flags: ShrinkFlags) => {
      if (!existsSync(path)) throw new HarnessError("usage", `there is no ${path}`);
      if (isRunFolder(path)) process.exitCode = await shrinkRun(path, flags);
      else if (isCaseFile(path)) process.exitCode = await shrinkCaseFile(path, flags);
      else process.exitCode = await shrinkRecorded(path, flags);
    });
}

async function shrinkRun(path: string, flags: ShrinkFlags): Promise<number> {
  const folder = RunFolder.open(path);
  const record = folder.readRecord();
  const history = await readHistory(folder.file("history"), { format: "jsonl" });
  const expectations = expectationsOf(flags) ?? record.expectations;
  const shows = kindOf(chosen(history, flags, expectations, path));
  const one = {
    ...caseOfRun(record, readFileSync(folder.file("history"), "utf8")),
    expectations: [...expectations],
    shows,
  };
  if (record.environment === "docker" || record.environment === "sim")
    return await shrinkAndSave(one, flags, record.environment, join(path, `shrunk${CASE_SUFFIX}`));
  throw new HarnessError(
    "usage",
    `${path}: runs in the environment ${record.environment} cannot be repeated`,
  );
}

async function shrinkCaseFile(path: string, flags: ShrinkFlags): Promise<number> {
  const read = readCase(path);
  const { verdict, scripted, history } = await simulateCase(read);
  const asked = flags.anomaly === undefined ? read.shows : undefined;
  const shows = asked ?? kindOf(chosen(history, flags, verdict.expectations, path));
  return await shrinkAndSave({ ...scripted, shows }, flags, "sim", path);
}

const expectationsOf = ({ expect }: ShrinkFlags): Expectation[] | undefined =>
  expect === undefined ? undefined : expectationsFlag(expect);

/** The anomaly asked for, or the plainest that breaks an expectation. @throws HarnessError `usage` if there is none */
function chosen(
  history: History,
  flags: ShrinkFlags,
  expectations: readonly Expectation[] | undefined,
  source: string,
): Anomaly {
  const types = flags.anomaly === undefined ? undefined : [anomalyFlag(flags.anomaly)];
  const verdict = judgeHistory(history, { expectations, timeout: CHECKER_TIMEOUT });
  const [anomaly] = caught(verdict, types === undefined ? {} : { types });
  if (anomaly !== undefined) return anomaly;
  const there = [...new Set(verdict.anomalies.map(({ type }) => type))];
  throw new HarnessError(
    "usage",
    flags.anomaly === undefined
      ? `${source} breaks nothing that is expected of it`
      : `${source} shows no ${flags.anomaly}`,
    there.length === 0 ? {} : { hint: `--anomaly ${there.join(" or ")}` },
  );
}

interface Named {
  readonly shows: AnomalyName;
}

interface Shrunk {
  readonly start: ScriptedCase & Named;
  readonly best: ScriptedCase;
  readonly runs: number;
  /** `performance.now()` then. */
  readonly began: number;
}

async function shrinkAndSave(
  start: ScriptedCase & Named,
  flags: ShrinkFlags,
  environment: EnvironmentName,
  path: string,
): Promise<number> {
  const around = { target: await findTarget(start.target), terminal: new Terminal(), out: flags.out ?? path };
  return environment === "sim"
    ? await shrinkSimulated(start, flags, around)
    : await shrinkInRealTime(start, flags, { ...around, environment });
}

interface Around {
  readonly target: Target;
  readonly terminal: Terminal;
  readonly out: string;
}

async function shrinkSimulated(
  start: ScriptedCase & Named,
  flags: ShrinkFlags,
  { target, terminal, out }: Around,
): Promise<number> {
  const began = performance.now();
  let best: ScriptedCase = start;
  const oracle: CachingOracle = simulatedOracle(start.shows, {
    target,
    timeBudget: budgetOf(flags) ?? SIM_BUDGET,
    onTried: () => terminal.status(`shrinking: ${sizeWords(best)}; ${oracle.runs} runs`),
  });
  if (!(await oracle.shows(start))) return notAgain(start, terminal);
  best = await shrinkCase(start, oracle, { target, onSmaller: (smaller) => (best = smaller) });
  terminal.clear();
  writeCase(out, best);
  if (flags.json === true) stdout.write(`${JSON.stringify({ file: out, runs: oracle.runs, case: best })}\n`);
  else {
    printShrunk({ start, best, runs: oracle.runs, began });
    printCase(best, await simulateCase(best, { target }));
    stdout.write(`\nreplay   ${COMMAND_NAME} replay ${out}\n`);
  }
  return EXIT.broken;
}

/** Each step costs seconds: what was reached is written even if a later step ends with an error. */
async function shrinkInRealTime(
  start: ScriptedCase & Named,
  flags: ShrinkFlags,
  { target, terminal, out, environment }: Around & { readonly environment: EnvironmentName },
): Promise<number> {
  const began = performance.now();
  const timeBudget = budgetOf(flags) ?? REAL_BUDGET;
  using oracle = new RealOracle(start.shows, {
    target,
    environment,
    timeBudget,
    tries: flags.tries === undefined ? REAL_TRIES : integerFlag("--tries", flags.tries, 1),
    terminal,
    onTried: (one, { shown, tries }) => terminal.say(`shown in ${shown} of ${tries}: ${sizeWords(one)}`),
  });
  if (!(await oracle.shows(start))) return notAgain(start, terminal);
  let best: ScriptedCase = start;
  const save = (smaller: ScriptedCase): void => writeCase(out, (best = smaller));
  save(start);
  await shrinkReal(start, oracle, {
    target,
    rehearsal: rehearsalOf(start, timeBudget, { target, terminal }),
    onSmaller: save,
  });
  const count = await oracle.count(best);
  terminal.clear();
  if (flags.json === true)
    stdout.write(`${JSON.stringify({ file: out, runs: oracle.runs, ...count, case: best })}\n`);
  else {
    printShrunk({ start, best, runs: oracle.runs, began });
    stdout.write(`shows in ${count.shown} of ${count.tries} runs\n`);
    stdout.write(`\nreplay   ${COMMAND_NAME} replay ${out} --env ${environment}\n`);
  }
  return EXIT.broken;
}

/** The share of the time that may be spent in the simulation. */
const REHEARSAL_SHARE = 0.2;

function rehearsalOf(
  { shows }: Named,
  timeBudget: Nanoseconds,
  { target, terminal }: Pick<Around, "target" | "terminal">,
): CachingOracle | undefined {
  if (target.environments.sim === undefined) return undefined;
  return simulatedOracle(shows, {
    target,
    timeBudget: Math.min(SIM_BUDGET, timeBudget * REHEARSAL_SHARE),
    onTried: (one) => terminal.status(`in the simulation: ${sizeWords(one)}`),
  });
}

const budgetOf = ({ budget }: ShrinkFlags): Nanoseconds | undefined =>
  budget === undefined ? undefined : durationFlag("--budget", budget);

function notAgain({ shows }: Named, terminal: Terminal): number {
  terminal.say(`${nameWords(shows)} did not show again: nothing was shrunk`);
  return EXIT.unknown;
}

function printShrunk({ start, best, runs, began }: Shrunk): void {
  const took = formatDuration((performance.now() - began) * MILLISECOND);
  stdout.write(`${nameWords(start.shows)}\n  ${sizeWords(start)}\n`);
  if (best === start) stdout.write(`nothing could be left out in ${took}, by ${runs} runs\n`);
  else stdout.write(`shrunk in ${took} by ${runs} runs\n  ${sizeWords(best)}\n`);
}

/** A history without a run: only its operations can be left out. */
async function shrinkRecorded(path: string, flags: ShrinkFlags): Promise<number> {
  if (statSync(path).isDirectory()) throw new HarnessError("usage", `${path} is no run folder`);
  const history = await readHistory(path, readingOf(flags));
  const expectations = expectationsOf(flags);
  const anomaly = chosen(history, flags, expectations, path);
  const timeout: Nanoseconds =
    flags.budget === undefined ? SIM_BUDGET : durationFlag("--budget", flags.budget);
  const small = await shrinkHistory(history, anomaly, { timeout });
  const out = flags.out ?? `${basename(path).replace(/\..*$/, "")}-shrunk.jsonl`;
  mkdirSync(join(out, ".."), { recursive: true });
  writeFileSync(out, [...exportJsonl(small)].join(""));
  const verdict = judgeHistory(small, {
    expectations: [{ model: anomaly.model, is: "holds", reason: "what the anomaly breaks" }],
    models: [anomaly.model],
  });
  if (flags.json === true)
    stdout.write(`${JSON.stringify({ file: out, operations: small.length, of: history.length, verdict })}\n`);
  else {
    stdout.write(
      `${nameWords(kindOf(anomaly))}: ${small.length} of ${history.length} operations show it\n\n`,
    );
    printVerdict(verdict, small, anomaly);
    stdout.write(`\nhistory  ${out}\n`);
  }
  return EXIT.broken;
}

/** @throws HarnessError `usage`, `unknown-name` */
function readingOf({ format = "auto", map }: ShrinkFlags): ReadOptions {
  if (format !== "auto") formatNamed(format);
  return { format, ...(map === undefined ? {} : { mapping: mappingFlag(map) }) };
}
