import { existsSync, readFileSync } from "node:fs";
import { stdout } from "node:process";
import { Command } from "commander";
import { EXIT, HarnessError } from "#core/errors";
import { jsonSchema } from "#core/json";
import { SECOND } from "#core/units";
import type { Target } from "#core/target";
import { targets } from "../../targets/registry.ts";
import { usualEnding } from "../engine/run-test.ts";
import { exportJsonl } from "../history/exporters/jsonl-export.ts";
import { formatNamed } from "../history/importers/registry.ts";
import { readHistory } from "../history/read-history.ts";
import { CASE_FORMAT, isScripted, nameWords, type ScriptedCase } from "../hunt/case.ts";
import { CASE_SUFFIX, isCaseFile, readCase } from "../hunt/case-file.ts";
import { caseOfRun, requireOperations, scriptOfHistory } from "../hunt/case-of-run.ts";
import { showsAgain } from "../hunt/quarry.ts";
import { replaySettings, withFinalReads } from "../hunt/replay-settings.ts";
import { simulateCase } from "../hunt/simulate-case.ts";
import { RunFolder } from "../store/run-folder.ts";
import { isRunFolder } from "../store/run-files.ts";
import { printCase } from "./case-result.ts";
import { COMMAND_NAME } from "./command-name.ts";
import { chooseEnvironment } from "./environment.ts";
import { executeRun } from "./execute-run.ts";
import { exitCodeOf } from "./exit-code.ts";
import { findTarget, isModule } from "./find-target.ts";
import { conclude } from "./run.ts";
import {
  DEFAULT_CONVERGE_WITHIN,
  DEFAULT_TIMEOUT,
  newSeed,
  nodeNames,
  type RunSettings,
} from "./run-settings.ts";
import { addSchemaOptions, parseSchemaOptions } from "./schema-options.ts";
import { Terminal } from "./terminal.ts";
import { expectationsFlag, integerFlag } from "./values.ts";
import { VERSION } from "./version.ts";

type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** `riftcheck replay <case|run|history>`: with `--target` the target's options become flags. */
export async function replayCommand(argv: readonly string[]): Promise<Command> {
  const command = new Command("replay")
    .description("do the same operations under the same faults again, on a fresh cluster")
    .argument("<what>", `a file ${CASE_SUFFIX}, a run folder, or a history`)
    .option("--times <n>", "how often (default: 1)")
    .option("--target <name>", `of a history: ${Object.keys(targets).join(", ")}, or the path of a module`)
    .option("--env <where>", "docker or sim (default: where it ran; for a history the target's first)")
    .option("--nodes <n>", "of a history: how many nodes (default: as many as it names, else the target's)")
    .option("--expect <models>", "what must hold (default: what the run expected, or what the target claims)")
    .option("--seed <text>", "decides every random choice (default: as it was)")
    .option("--format <name>", "of a history, as for check")
    .option("--out <folder>", "where run folders are made (default: runs)")
    .option("--json", "print the result as JSON");
  const at = argv.indexOf("--target");
  const name = at < 0 ? undefined : argv[at + 1];
  if (name !== undefined && (Object.hasOwn(targets, name) || isModule(name))) {
    const target = await findTarget(name);
    command.optionsGroup(`Options of ${target.name}:`);
    addSchemaOptions(command, target.options);
  }
  return command.action(async (path: string, flags: Flags) => {
    if (!existsSync(path)) throw new HarnessError("usage", `there is no ${path}`);
    const words = [COMMAND_NAME, ...argv].join(" ");
    if (isCaseFile(path) && (flags["env"] ?? "sim") === "sim")
      process.exitCode = await replayCase(path, flags);
    else process.exitCode = await replayRun(path, flags, words);
  });
}

/** A regression file in the simulation, as often as asked for. @returns 1 if the anomaly shows again, 0 if it does not */
async function replayCase(path: string, flags: Flags): Promise<number> {
  const read = readCase(path);
  const one = flags["seed"] === undefined ? read : { ...read, seed: String(flags["seed"]) };
  const target = await findTarget(one.target);
  const times = timesOf(flags);
  let last = await simulateCase(one, { target });
  const first = last;
  let shown = 0;
  let alike = 0;
  for (let i = 1; ; i++) {
    const { verdict } = last;
    if (one.shows === undefined ? verdict.valid === false : showsAgain(verdict, one.shows)) shown++;
    if (last.lines === first.lines) alike++;
    if (i === times) break;
    last = await simulateCase(one, { target });
  }
  const what = one.shows === undefined ? "a broken promise" : nameWords(one.shows);
  const words = shownWords(what, { shown, alike, times });
  if (flags["json"] === true)
    stdout.write(
      `${JSON.stringify({ file: path, shows: one.shows, shown, times, alike, verdict: first.verdict })}\n`,
    );
  else {
    printCase(one, first);
    stdout.write(`\n${words}\n`);
    if (shown === 0 && one.riftcheck !== VERSION) {
      stdout.write(
        `${path} was written by riftcheck ${one.riftcheck}, this is ${VERSION}: if delays or leaders are drawn in another way now, the run is another one\n`,
      );
    }
  }
  return shown > 0 ? EXIT.broken : EXIT.ok;
}

function shownWords(
  what: string,
  { shown, alike, times }: { readonly shown: number; readonly alike: number; readonly times: number },
): string {
  if (times === 1) return shown === 1 ? `shows again: ${what}` : `does not show: ${what}`;
  const same =
    alike === times ? "every history the same, byte for byte" : `${times - alike} histories differ`;
  return `shows in ${shown} of ${times} runs: ${what}; ${same}`;
}

/** Whole runs on fresh clusters, each with a folder and a report of its own; of several only how many showed the anomaly is told. */
async function replayRun(path: string, flags: Flags, command: string): Promise<number> {
  const { case: one, target, environment } = await planOf(path, flags);
  requireOperations(one, path);
  const expect = flags["expect"];
  const expected = expect === undefined ? one : { ...one, expectations: expectationsFlag(String(expect)) };
  const settings = replaySettings(
    withFinalReads(flags["seed"] === undefined ? expected : { ...expected, seed: String(flags["seed"]) }),
    { target, environment, out: String(flags["out"] ?? "runs"), command },
  );
  const times = timesOf(flags);
  const isJson = flags["json"] === true;
  const terminal = new Terminal();
  if (times > 1) return await replayOften(one, times, { settings, terminal, isJson });
  const finished = await executeRun(settings, terminal);
  const code = conclude(finished, isJson);
  if (one.shows === undefined || finished.exitCode !== undefined) return code;
  const isShown = showsAgain(finished.verdict, one.shows);
  if (!isJson) stdout.write(`${isShown ? "shows again" : "does not show"}: ${nameWords(one.shows)}\n`);
  if (exitCodeOf(finished.verdict) === EXIT.internal) return EXIT.internal;
  return isShown ? EXIT.broken : EXIT.ok;
}

const timesOf = ({ times }: Flags): number =>
  times === undefined ? 1 : integerFlag("--times", String(times), 1);

/** @returns 1 if one of the runs showed the anomaly, 0 if none did; the code of a run that did not come to its end */
async function replayOften(
  { shows }: ScriptedCase,
  times: number,
  around: { readonly settings: RunSettings; readonly terminal: Terminal; readonly isJson: boolean },
): Promise<number> {
  const { settings, terminal, isJson } = around;
  const what = shows === undefined ? "a broken promise" : nameWords(shows);
  const folders: string[] = [];
  let shown = 0;
  for (let run = 1; run <= times; run++) {
    const finished = await executeRun(settings, terminal);
    if (finished.exitCode !== undefined) return conclude(finished, isJson);
    const { verdict, folder } = finished;
    if (exitCodeOf(verdict) === EXIT.internal) return conclude(finished, isJson);
    const isShown = shows === undefined ? verdict.valid === false : showsAgain(verdict, shows);
    if (isShown) shown++;
    folders.push(folder.path);
    terminal.say(`run ${run} of ${times} ${isShown ? "shows it" : "does not show it"}: ${folder.path}`);
  }
  if (isJson) stdout.write(`${JSON.stringify({ shows, shown, times, runs: folders })}\n`);
  else stdout.write(`shows in ${shown} of ${times} runs: ${what}\n`);
  return shown > 0 ? EXIT.broken : EXIT.ok;
}

interface Plan {
  readonly case: ScriptedCase;
  readonly target: Target;
  readonly environment: ReturnType<typeof chooseEnvironment>;
}

async function planOf(path: string, flags: Flags): Promise<Plan> {
  const env = flags["env"] === undefined ? undefined : String(flags["env"]);
  if (isCaseFile(path)) {
    const read = readCase(path);
    const one = isScripted(read) ? read : (await simulateCase(read)).scripted;
    const target = await findTarget(one.target);
    return { case: one, target, environment: chooseEnvironment(target, env) };
  }
  if (isRunFolder(path)) {
    const folder = RunFolder.open(path);
    const record = folder.readRecord();
    const one = caseOfRun(record, readFileSync(folder.file("history"), "utf8"));
    const target = await findTarget(one.target);
    return { case: one, target, environment: chooseEnvironment(target, env ?? record.environment) };
  }
  return await planOfHistory(path, flags, env);
}

/** After the last operation began, it gets this long. */
const AFTER_LAST = SECOND;

async function planOfHistory(path: string, flags: Flags, env: string | undefined): Promise<Plan> {
  if (flags["target"] === undefined)
    throw new HarnessError("usage", `${path}: expected --target, the store to do the same against`);
  const name = String(flags["target"]);
  const target = await findTarget(name);
  const format = String(flags["format"] ?? "auto");
  if (format !== "auto") formatNamed(format);
  const history = await readHistory(path, { format });
  const { header, load, clients } = scriptOfHistory([...exportJsonl(history)].join(""));
  const options = parseSchemaOptions(target.options, flags);
  const nodes = nodesOf(flags, header.nodes, target);
  const workload = "recorded";
  return {
    target,
    environment: chooseEnvironment(target, env),
    case: {
      format: CASE_FORMAT,
      kind: "case",
      riftcheck: VERSION,
      target: name,
      targetOptions: jsonSchema.parse(options) as ScriptedCase["targetOptions"],
      workload,
      workloadOptions: {},
      nodes,
      clients,
      seed: newSeed(),
      network: {},
      time: (load.operations.at(-1)?.at ?? 0) + AFTER_LAST,
      operationTimeout: DEFAULT_TIMEOUT,
      objects: header.objects,
      load,
      schedule: [],
      ending: usualEnding(DEFAULT_TIMEOUT),
      convergeWithin: DEFAULT_CONVERGE_WITHIN,
      expectations: [
        ...target.claims(options, { workload, objects: header.objects, nodes: nodes.length, faults: [] }),
      ],
    },
  };
}

const nodesOf = (flags: Flags, named: readonly string[] | undefined, target: Target): string[] =>
  flags["nodes"] !== undefined
    ? nodeNames(target, integerFlag("--nodes", String(flags["nodes"]), 1))
    : named === undefined || named.length === 0
      ? nodeNames(target, target.defaults.nodes)
      : [...named];
