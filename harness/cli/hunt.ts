import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { stdout } from "node:process";
import { Command } from "commander";
import { EXIT, HarnessError } from "#core/errors";
import { formatDuration, MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import { ANOMALY_TYPES } from "#core/verdict";
import { targets } from "../../targets/registry.ts";
import { workloads } from "../../workloads/registry.ts";
import type { ScriptedCase } from "../hunt/case.ts";
import { nameWords } from "../hunt/case.ts";
import { CASE_SUFFIX, writeCase } from "../hunt/case-file.ts";
import { sizeWords } from "../hunt/case-words.ts";
import { drawCase, type HuntSpace } from "../hunt/draw-case.ts";
import { type Find, hunt, type HuntResult } from "../hunt/hunt.ts";
import { modelsOf, type Quarry } from "../hunt/quarry.ts";
import { shrinkCase } from "../hunt/shrink-case.ts";
import { simulateCase } from "../hunt/simulate-case.ts";
import { simulatedOracle } from "../hunt/simulated-oracle.ts";
import { printCase } from "./case-result.ts";
import { COMMAND_NAME } from "./command-name.ts";
import { findTarget, isModule } from "./find-target.ts";
import { Interrupt } from "./interrupt.ts";
import { lookUp, unknownName } from "./nearest.ts";
import { chosenFaults, DEFAULT_CONVERGE_WITHIN, DEFAULT_TIMEOUT, names, newSeed } from "./run-settings.ts";
import { refuseUnable } from "./refuse-unable.ts";
import { addSchemaOptions, parseSchemaOptions, propertiesOf } from "./schema-options.ts";
import { Terminal } from "./terminal.ts";
import { durationFlag, expectationsFlag, integerFlag, modelFlag } from "./values.ts";
import type { z } from "zod";
import { jsonSchema, type Json } from "#core/json";
import type { Target } from "#core/target";

type Flags = Readonly<Record<string, string | boolean | undefined>>;

const DEFAULT_RUNS = 1_000;
const SHRINK_BUDGET = 60 * SECOND;

/** `riftcheck hunt <target>`: the target and the workload add flags of their own, which fix what would be varied. */
export async function huntCommand(argv: readonly string[]): Promise<Command> {
  const command = new Command("hunt")
    .description(
      "try many simulated runs of a store, and shrink what is found to the smallest run that shows it",
    )
    .argument(
      "<target>",
      `${Object.keys(targets).join(", ")}, or the path of a module that exports \`target\``,
    )
    .option("--runs <n>", `how many runs to try (default: ${DEFAULT_RUNS})`)
    .option("--time-budget <duration>", "most time to search (default: none)")
    .option("--workers <n>", "threads (default: as many as there are cores)")
    .option("--keep-going", "collect one run of each kind of anomaly instead of ending at the first")
    .option("--expect <models>", "what must hold: model,model (default: what the target claims)")
    .option("--model <models>", "look for anomalies of these models only, whatever is claimed")
    .option("--anomaly <types>", "look for anomalies of these types only, whatever is claimed")
    .option("--workload <name>", `${Object.keys(workloads).join(", ")} (default: any)`)
    .option("--nodes <n>", "how many nodes (default: 2 to 5)")
    .option("--clients <n>", "how many clients at once (default: 2 to 8)")
    .option("--operations <n>", "most operations of a run (default: 10 to 160)")
    .option("--time <duration>", "length of the operations (default: 1s to 8s)")
    .option("--faults <names>", "none, or names with commas (default: all that the target can suffer)")
    .option("--keep-defaults", "leave options of the target that are not given at their defaults")
    .option("--seed <text>", "decides everything that is drawn")
    .option("--case <n>", "try only the case with this number")
    .option("--no-shrink", "save what is found as it is")
    .option("--shrink-budget <duration>", "most time to shrink each find (default: 60s)")
    .option("--op-timeout <duration>", "when an operation is given up (default: 1s)")
    .option("--converge-within <duration>", "how long nodes may disagree after healing (default: 30s)")
    .option("--out <folder>", "where regression files are written (default: runs)")
    .option("--json", "print the result as JSON");
  const named = argv.find((word) => Object.hasOwn(targets, word) || isModule(word));
  const target = named === undefined ? undefined : await findTarget(named);
  if (target === undefined) command.allowUnknownOption().allowExcessArguments();
  else {
    command.optionsGroup(`Options of ${target.name}:`);
    addSchemaOptions(command, target.options);
    const at = argv.indexOf("--workload");
    const workload = at < 0 ? undefined : workloads[argv[at + 1] ?? ""];
    if (workload !== undefined) {
      command.optionsGroup(`Options of the workload ${workload.name}:`);
      addSchemaOptions(command, workload.options);
    }
  }
  return command.action(async (name: string, flags: Flags) => {
    process.exitCode = await huntTarget(name, flags, argv);
  });
}

async function huntTarget(name: string, flags: Flags, argv: readonly string[]): Promise<number> {
  const target = await findTarget(name);
  const space = spaceOf(name, target, flags);
  const quarry = quarryOf(flags);
  requireQuarry(space, quarry, target);
  const terminal = new Terminal();
  using interrupt = new Interrupt((text) => terminal.say(text), "ending the search");
  const only = integer(flags, "case", 1);
  const first = only ?? 1;
  const last = only ?? integer(flags, "runs", 1) ?? DEFAULT_RUNS;
  const result = await hunt({
    space,
    quarry,
    first,
    last,
    timeBudget: duration(flags, "timeBudget"),
    workers: integer(flags, "workers", 1),
    keepGoing: flags["keepGoing"] === true,
    signal: interrupt.signal,
    onProgress: ({ tried, of, elapsed, kinds }) => {
      const rate = Math.round(tried / (elapsed / SECOND));
      const found = kinds === 0 ? "nothing found yet" : `${kinds} kinds of anomalies`;
      terminal.status(`hunting: ${tried} of ${of} runs, ${rate}/s, ${found}`);
    },
  });
  terminal.clear();
  const saved = [];
  for (const find of result.finds)
    saved.push(await conclude(find, { space, target, flags, terminal, argv, signal: interrupt.signal }));
  if (flags["json"] === true) stdout.write(`${JSON.stringify(summaryOf(result, saved, space))}\n`);
  else printSummary(result, { space, first, last, name });
  return interrupt.exitCode ?? exitCodeOf(result);
}

/** Cases that are looked at before it is said that nothing is promised. */
const LOOKED_AT = 20;

/** @throws HarnessError `usage` where nothing that could be found would count */
function requireQuarry(space: HuntSpace, quarry: Quarry, target: Target): void {
  for (let number = 1; number <= LOOKED_AT; number++) {
    const models = modelsOf(quarry, drawCase(space, number, target).expectations);
    if (models === undefined || models.length > 0) return;
  }
  throw new HarnessError("usage", `${space.target} promises nothing that could be broken`, {
    hint: "say what to look for: --expect, --model or --anomaly",
  });
}

interface Saved {
  readonly case: ScriptedCase;
  readonly path: string;
}

interface Around {
  readonly space: HuntSpace;
  readonly target: Target;
  readonly flags: Flags;
  readonly terminal: Terminal;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
}

/** Shrinks, saves and prints one find. */
async function conclude(find: Find, around: Around): Promise<Saved> {
  const { flags, terminal, target, space } = around;
  const json = flags["json"] === true;
  if (!json)
    stdout.write(`found in run ${find.number}: ${nameWords(find.shows)}\n  ${sizeWords(find.case)}\n`);
  const began = performance.now();
  const small = flags["shrink"] === false ? undefined : await shrunk(find, around);
  const one = small?.case ?? find.case;
  if (!json && small !== undefined) {
    const took = formatDuration((performance.now() - began) * MILLISECOND);
    stdout.write(`shrunk in ${took} by ${small.runs} runs\n  ${sizeWords(one)}\n`);
  }
  const out = String(flags["out"] ?? "runs");
  const path = join(out, `${target.name}-${find.shows.type}-${space.seed}-${find.number}${CASE_SUFFIX}`);
  mkdirSync(out, { recursive: true });
  writeCase(path, one);
  if (!json) {
    printCase(one, await simulateCase(one, { target }));
    const again = [...around.argv.filter((word) => word !== "--keep-going"), ...seedFlags(flags, space)];
    stdout.write(`\nreplay   ${COMMAND_NAME} replay ${path}\n`);
    stdout.write(`as found ${COMMAND_NAME} ${again.join(" ")} --case ${find.number}\n\n`);
  }
  terminal.clear();
  return { case: one, path };
}

const seedFlags = (flags: Flags, { seed }: HuntSpace): string[] =>
  flags["seed"] === undefined ? ["--seed", seed] : [];

async function shrunk(
  { case: found, shows }: Find,
  { target, flags, terminal, signal }: Around,
): Promise<{ readonly case: ScriptedCase; readonly runs: number } | undefined> {
  const timeBudget = duration(flags, "shrinkBudget") ?? SHRINK_BUDGET;
  let best = found;
  const oracle = simulatedOracle(shows, {
    target,
    timeBudget,
    signal,
    onTried: () => terminal.status(`shrinking: ${sizeWords(best)}; ${oracle.runs} runs`),
  });
  if (!(await oracle.shows(found))) {
    terminal.say(
      "the run does not show the same when its operations are a script: it is saved as it was found",
    );
    return undefined;
  }
  const small = await shrinkCase(found, oracle, { target, onSmaller: (smaller) => (best = smaller) });
  terminal.clear();
  return { case: small, runs: oracle.runs };
}

function summaryOf(
  { tried, elapsed, finds, counts, troubles }: HuntResult,
  saved: readonly Saved[],
  space: HuntSpace,
) {
  return {
    seed: space.seed,
    runs: tried,
    elapsedMs: elapsed / MILLISECOND,
    counts: Object.fromEntries(counts),
    finds: finds.map(({ number, shows, explanation }, i) => ({
      run: number,
      shows,
      explanation,
      file: saved[i]!.path,
      case: saved[i]!.case,
    })),
    troubles: troubles.map(({ number, trouble }) => ({ run: number, ...trouble })),
  };
}

function printSummary(
  { tried, elapsed, finds, counts, troubles }: HuntResult,
  {
    space,
    name,
  }: { readonly space: HuntSpace; readonly first: number; readonly last: number; readonly name: string },
): void {
  const each = tried === 0 ? "" : `, ${formatDuration(elapsed / tried)} each`;
  const lines = [`${tried} runs of ${name} in ${formatDuration(elapsed)}${each}, seed ${space.seed}`];
  for (const [kind, count] of counts) lines.push(`  ${kind} in ${count} of them`);
  if (finds.length === 0) lines.push("  nothing found");
  const [first] = troubles;
  if (first !== undefined)
    lines.push(
      `  ${troubles.length} did not come to their end (run ${first.number}: ${first.trouble?.message})`,
    );
  stdout.write(`${lines.join("\n")}\n`);
}

/** A bug of riftcheck over a find over a search that could try nothing. */
function exitCodeOf({ finds, tried, troubles }: HuntResult): number {
  if (troubles.some(({ trouble }) => trouble?.code === "internal")) return EXIT.internal;
  if (finds.length > 0) return EXIT.broken;
  return tried === troubles.length ? EXIT.unknown : EXIT.ok;
}

/** @throws HarnessError `usage`, `unknown-name` */
function spaceOf(name: string, target: Target, flags: Flags): HuntSpace {
  if (target.environments.sim === undefined) {
    const where = Object.keys(target.environments).join(", ");
    throw new HarnessError("usage", `${name} does not run in simulation, only in: ${where}`, {
      hint: `${COMMAND_NAME} run ${name} tests it`,
    });
  }
  const workload = flags["workload"] === undefined ? undefined : String(flags["workload"]);
  if (workload !== undefined) {
    const chosen = lookUp("workload", workload, workloads);
    refuseUnable(target, chosen, parseSchemaOptions(chosen.options, flags));
  }
  const nodes = integer(flags, "nodes", 1);
  // Whether there is a leader is for the options to say that each run draws.
  const { hasLeader: _drawn, ...anyOptions } = target;
  const asked = flags["faults"] === undefined ? ["all"] : names(String(flags["faults"]));
  return {
    target: name,
    seed: String(flags["seed"] ?? newSeed()),
    faults: Object.keys(
      chosenFaults(asked, {
        target: anyOptions,
        targetOptions: parseSchemaOptions(target.options, flags),
        environment: "sim",
        nodes: nodes ?? 2,
      }),
    ),
    targetOptions: givenOptions(target.options, flags),
    workloadOptions:
      workload === undefined ? {} : givenOptions(lookUp("workload", workload, workloads).options, flags),
    workload,
    nodes,
    clients: integer(flags, "clients", 1),
    operations: integer(flags, "operations", 1),
    time: duration(flags, "time"),
    expectations: expectationsOf(flags),
    keepDefaults: flags["keepDefaults"] === true,
    operationTimeout: duration(flags, "opTimeout") ?? DEFAULT_TIMEOUT,
    convergeWithin: duration(flags, "convergeWithin") ?? DEFAULT_CONVERGE_WITHIN,
  };
}

/** Asking for a model is expecting it. */
function expectationsOf(flags: Flags): HuntSpace["expectations"] {
  const { expect, model } = flags;
  if (expect !== undefined) return expectationsFlag(String(expect));
  return model === undefined ? undefined : expectationsFlag(String(model));
}

/** The options that were given, validated; the others stay open. */
function givenOptions(schema: z.ZodType, flags: Flags): Record<string, Json> {
  const parsed = parseSchemaOptions(schema, flags) as Record<string, unknown>;
  const given = Object.keys(propertiesOf(schema)).filter((option) => flags[option] !== undefined);
  return Object.fromEntries(given.map((option) => [option, jsonSchema.parse(parsed[option])]));
}

function quarryOf({ anomaly, model }: Flags): Quarry {
  const types = anomaly === undefined ? undefined : names(String(anomaly)).map(anomalyFlag);
  const models = model === undefined ? undefined : names(String(model)).map(modelFlag);
  return { ...(types === undefined ? {} : { types }), ...(models === undefined ? {} : { models }) };
}

/** @throws HarnessError `unknown-name` */
export function anomalyFlag(name: string): (typeof ANOMALY_TYPES)[number] {
  const type = ANOMALY_TYPES.find((one) => one === name);
  if (type === undefined) throw unknownName("anomaly", name, ANOMALY_TYPES);
  return type;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const integer = (flags: Flags, name: string, minimum: number): number | undefined => {
  const value = flags[name];
  return value === undefined ? undefined : integerFlag(`--${kebab(name)}`, String(value), minimum);
};

const duration = (flags: Flags, name: string): Nanoseconds | undefined => {
  const value = flags[name];
  return value === undefined ? undefined : durationFlag(`--${kebab(name)}`, String(value));
};
