import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stdout } from "node:process";
import { Command } from "commander";
import { HarnessError, messageOf } from "#core/errors";
import type { Experiment } from "../experiments/experiment.ts";
import { experiments } from "../experiments/registry.ts";
import { type Finished, runExperiment } from "../experiments/run-experiment.ts";
import { plotOf } from "./experiment/plot.ts";
import { markdownTable, textTable } from "./experiment/table.ts";
import { lookUp } from "./nearest.ts";
import { Terminal } from "./terminal.ts";
import { durationFlag } from "./values.ts";

interface ExperimentFlags {
  readonly seed: string;
  readonly out: string;
  readonly time?: string;
  readonly targets?: string;
}

export const EXPERIMENT_FORMAT = 1;

/** `riftcheck experiment <name>`: a matrix of simulated runs, as a table, a plot and data. */
export function experimentCommand(): Command {
  return new Command("experiment")
    .description("run a matrix of simulated runs, and measure it")
    .argument("<name>", Object.keys(experiments).join(", "))
    .option("--seed <text>", "decides every random choice", "1")
    .option("--time <duration>", "length of each run (default: the experiment's own)")
    .option("--targets <names>", "only stores of these targets, with commas (default: all that are there)")
    .option("--out <folder>", "where the folder of the experiment is made", "experiments")
    .action(async (name: string, flags: ExperimentFlags) => {
      await perform(lookUp("experiment", name, experiments), flags);
    });
}

async function perform(experiment: Experiment, { seed, out, time, targets }: ExperimentFlags): Promise<void> {
  const terminal = new Terminal();
  const finished = await runExperiment(experiment, {
    seed,
    ...(time === undefined ? {} : { time: durationFlag("--time", time) }),
    ...(targets === undefined ? {} : { targets: targets.split(",").map((one) => one.trim()) }),
    onCase: (number, of, { subject, label }) =>
      terminal.step(`${number} of ${of}: ${[subject.name, ...Object.values(label)].join(", ")}`),
  });
  terminal.clear();
  if (finished.rows.length === 0)
    throw new HarnessError("usage", `${experiment.name}: no store to run it on: ${finished.left.join("; ")}`);
  const folder = await write(experiment, finished, { seed, out });
  stdout.write(`${textTable(experiment.columns, finished.rows)}\n\n${experiment.explanation}\n`);
  for (const line of leftLines(finished)) stdout.write(`${line}\n`);
  stdout.write(`\nwritten  ${folder}\n`);
}

const leftLines = ({ left }: Finished): string[] =>
  left.length === 0 ? [] : [`left out, for want of the target: ${left.join("; ")}`];

/** `result.json`, `result.md` and `plot.svg`. @throws HarnessError `setup-failed` */
async function write(
  experiment: Experiment,
  finished: Finished,
  { seed, out }: { readonly seed: string; readonly out: string },
): Promise<string> {
  const { name, summary, explanation, columns, plot } = experiment;
  const folder = join(out, `${name}-${seed.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 20)}`);
  const { rows, points } = finished;
  const document = { format: EXPERIMENT_FORMAT, experiment: name, seed, columns, rows, points };
  const svg = await plotOf(plot, points);
  const markdown = [
    `# ${name}`,
    summary,
    markdownTable(columns, rows),
    explanation,
    ...leftLines(finished),
    ...(svg === undefined ? [] : ["![plot](plot.svg)"]),
  ];
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "result.json"), `${JSON.stringify(document, null, 2)}\n`);
    writeFileSync(join(folder, "result.md"), `${markdown.join("\n\n")}\n`);
    if (svg !== undefined) writeFileSync(join(folder, "plot.svg"), svg);
  } catch (cause) {
    throw new HarnessError("setup-failed", `cannot write to ${folder}: ${messageOf(cause)}`, {
      cause,
      hint: "choose another folder with --out",
    });
  }
  return folder;
}
