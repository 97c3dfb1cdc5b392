import { resolve } from "node:path";
import { stdout } from "node:process";
import { Command } from "commander";
import { renderText } from "../../reports/text.ts";
import { targets } from "../../targets/registry.ts";
import { workloads } from "../../workloads/registry.ts";
import { faultPackages } from "../nemeses/registry.ts";
import { CiOutput, loggable } from "./ci.ts";
import { SUMMARY_HELP } from "./summary-flag.ts";
import { isControlledFromContainer } from "./control/mode.ts";
import { ACCEPTABLE_HELP } from "./acceptable-delay.ts";
import { COMMAND_NAME, RUN_COMMAND } from "./command-name.ts";
import { executeRun, type FinishedRun } from "./execute-run.ts";
import { findTarget, isModule } from "./find-target.ts";
import { lookUp } from "./nearest.ts";
import { refuseUnable } from "./refuse-unable.ts";
import { runSettings } from "./run-settings.ts";
import { addSchemaOptions } from "./schema-options.ts";
import { Terminal } from "./terminal.ts";
import { METRIC_NAMES } from "../metrics/schema.ts";
import { breachLines, gatedExitCode } from "./metrics.ts";
import { exitCodeOf } from "./exit-code.ts";
import { ANOMALIES_HELP, anomaliesFlag, textOptions } from "./text-options.ts";

/** `riftcheck run <target>`: the target and the workload add flags of their own. */
export async function runCommand(argv: readonly string[]): Promise<Command> {
  const command = new Command("run")
    .description("start a store, break it, record what it answers, and judge it")
    .argument(
      "<target>",
      `${Object.keys(targets).join(", ")}, the path of a module that exports \`target\`, or of a Compose file`,
    )
    .option("--workload <name>", Object.keys(workloads).join(", "))
    .option("--nodes <n>", "how many nodes; with --env existing where they are: host:port,…")
    .option("--clients <n>", "how many clients at once")
    .option(
      "--rate <n>",
      "operations per second that arrive whether or not earlier ones were answered; default: as fast as replies come",
    )
    .option("--time <duration>", "length of the operations (default: 30s)")
    .option(
      "--faults <names>",
      `none, or names with commas, of faults (riftcheck list faults) or packages: ${Object.keys(faultPackages).join(", ")}`,
    )
    .option("--fault-duration <duration>", "length of each fault (default: a sixth of --time, 1 s to 10 s)")
    .option(
      "--fault-targets <which>",
      "nodes that faults hit which may hit any: one, minority, majority, all, leader, follower, or names with commas (default: as each fault has it)",
    )
    .option(
      "--no-mercy",
      "let packages hold faults that leave no majority or destroy what was synced, and let overlapping ones take a majority down",
    )
    .option("--overlap-faults", "let a second fault, of another kind, come while one is in force")
    .option("--env <where>", "docker, sim, process or existing")
    .option(
      "--cluster <file>",
      "a cluster that already runs: its nodes, and your commands that break and heal it",
    )
    .option("--seed <text>", "decides every random choice of the run")
    .option(
      "--expect <models>",
      "what must hold: model,model=may-break,model=breaks or none (default: what the target claims)",
    )
    .option("--out <folder>", "where run folders are made (default: runs)")
    .option("--op-timeout <duration>", "when an operation is given up (default: 1s)")
    .option("--converge-within <duration>", "how long nodes may disagree after healing (default: 30s)")
    .option("--min-ok <n>", "successful operations below which the verdict is unknown (default: 100)")
    .option(
      "--min-during-fault <n>",
      "operations that end during each fault, whatever their outcome, below which it is unknown too (default: 1)",
    )
    .option(
      "--thresholds <list>",
      `where metrics raise an alarm: name=number with commas, of ${METRIC_NAMES.join(", ")}`,
    )
    .option(
      "--acceptable-delay <duration>",
      `${ACCEPTABLE_HELP} (default: the threshold of replication_lag_seconds)`,
    )
    .option("--gate", "exit with 1 if a metric raises an alarm, even where every expectation holds")
    .option("--anomalies <n>", ANOMALIES_HELP)
    .option("--summary <file>", SUMMARY_HELP)
    .option("--json", "print the verdict as JSON");
  const named = argv.find((word) => Object.hasOwn(targets, word) || isModule(word));
  const target = named === undefined ? undefined : await findTarget(named);
  if (target !== undefined) {
    const workloadName = flagValue(argv, "--workload") ?? target.defaults.workload;
    command.optionsGroup(`Options of ${target.name}:`);
    addSchemaOptions(command, target.options);
    const workload = Object.hasOwn(workloads, workloadName) ? workloads[workloadName] : undefined;
    if (workload !== undefined) {
      command.optionsGroup(`Options of the workload ${workload.name}:`);
      addSchemaOptions(command, workload.options);
    }
  } else command.allowUnknownOption().allowExcessArguments();
  return command.action(async (name: string, flags: Record<string, unknown>) => {
    process.exitCode = await runTarget(name, flags, argv);
  });
}

const flagValue = (argv: readonly string[], flag: string): string | undefined => {
  const at = argv.findIndex((word) => word === flag || word.startsWith(`${flag}=`));
  if (at < 0) return undefined;
  const word = argv[at] as string;
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : argv[at + 1];
};

async function runTarget(
  name: string,
  flags: Record<string, unknown>,
  argv: readonly string[],
): Promise<number> {
  const target = await findTarget(name);
  const workload = lookUp("workload", String(flags["workload"] ?? target.defaults.workload), workloads);
  const anomalies = anomaliesFlag(flags["anomalies"] as string | undefined);
  const command = process.env[RUN_COMMAND] ?? [COMMAND_NAME, ...argv.map(quoted)].join(" ");
  const settings = runSettings(target, workload, flags, command, isModule(name) ? resolve(name) : undefined);
  refuseUnable(settings.target, settings.workload, settings.workloadOptions);
  if (settings.environment === "docker" && (await isControlledFromContainer())) {
    const { runInContainer } = await import("./control/run-in-container.ts");
    const { targetOptions: options, nodes, out } = settings;
    return await runInContainer({ argv, target: name, out, options, nodes, terminal: new Terminal() });
  }
  const finished = await executeRun(settings, new Terminal());
  const code = conclude(finished, flags["json"] === true, anomalies);
  const ci = new CiOutput({
    summary: flags["summary"] === undefined ? undefined : String(flags["summary"]),
    json: flags["json"] === true,
  });
  const { verdict, record: run, history, metrics } = finished;
  ci.add(
    {
      verdict: { ...verdict, file: finished.folder.file("history") },
      run,
      history,
      metrics: metrics.metrics,
    },
    settings.gate,
  );
  ci.write();
  return gatedExitCode(code, finished.metrics.metrics, flags["gate"] === true);
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Prints the result and tells the exit code. */
export function conclude(finished: FinishedRun, json: boolean, anomalies?: number): number {
  const { verdict, record, folder, error, history } = finished;
  new Terminal().clear();
  if (json) stdout.write(loggable(`${JSON.stringify(verdict)}\n`, true));
  else {
    const text = `${renderText(verdict, record, textOptions(stdout, history, anomalies))}\n`;
    const alarms = breachLines(finished.metrics.metrics).map((line) => `\n${line}`);
    const files = `${alarms.length === 0 ? "" : `\n${alarms.join("").slice(1)}`}\nreport   ${folder.file("report")}\nhistory  ${folder.file("history")}\nrepeat   ${record.command}\n`;
    stdout.write(loggable(`${text}${files}`, false));
  }
  if (error !== undefined)
    process.stderr.write(
      `riftcheck: ${error.message}\n${error.hint === undefined ? "" : `  ${error.hint}\n`}`,
    );
  return finished.exitCode ?? exitCodeOf(verdict);
}
