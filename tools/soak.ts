/**
 * `npm run soak`: simulates each correct design of `eventual` many times, with every workload and every fault, and judges each run
 * by what the design claims. Whatever breaks a claim is a bug: of the store, of the claims, or of a checker.
 *
 *     npm run soak -- [--runs N] [--preset name,name] [--workload name] [--seed S] [--first N] [--workers N]
 *
 * The runs are those of each preset; three, four and five nodes take turns. Prints one line for each preset, and for each
 * broken claim the command that shows it again. Exit code 1 if there was one, 64 for bad usage, 70 for a bug of riftcheck.
 */
import { argv, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { EXIT, messageOf } from "#core/errors";
import type { Target } from "#core/target";
import { formatDuration, MILLISECOND, SECOND, type Nanoseconds } from "#core/units";
import { chosenFaults, DEFAULT_CONVERGE_WITHIN, DEFAULT_TIMEOUT } from "../harness/cli/run-settings.ts";
import { drawCase, type HuntSpace } from "../harness/hunt/draw-case.ts";
import { nameWords } from "../harness/hunt/case.ts";
import { hunt } from "../harness/hunt/hunt.ts";
import type { Tried } from "../harness/hunt/try-case.ts";
import { presetNames } from "../targets/eventual/presets/names.ts";
import { eventual } from "../targets/eventual/target.ts";

const TIME: Nanoseconds = 5 * SECOND;
const NODES = [3, 4, 5];
const DEFAULT_RUNS = 10_000;
const DEFAULT_WORKERS = 2;

interface Request {
  readonly presets: readonly string[];
  readonly workload: string | undefined;
  readonly runs: number;
  readonly first: number;
  readonly seed: string;
  readonly workers: number;
}

class UsageError extends Error {}

const print = (line: string): void => void stdout.write(`${line}\n`);

function requestOf(args: readonly string[]): Request {
  const { values } = parseArgs({
    args: [...args],
    options: {
      preset: { type: "string", default: presetNames.join(",") },
      workload: { type: "string" },
      runs: { type: "string", default: String(DEFAULT_RUNS) },
      first: { type: "string", default: "1" },
      seed: { type: "string", default: "soak" },
      workers: { type: "string", default: String(DEFAULT_WORKERS) },
    },
  });
  const presets = values.preset.split(",");
  const unknown = presets.find((name) => !presetNames.some((one) => one === name));
  if (unknown !== undefined)
    throw new UsageError(`--preset: "${unknown}" is none of ${presetNames.join(", ")}`);
  if (values.workload !== undefined && !eventual.workloads.includes(values.workload))
    throw new UsageError(`--workload: "${values.workload}" is none of ${eventual.workloads.join(", ")}`);
  return {
    presets,
    workload: values.workload,
    runs: count("runs", values.runs),
    first: count("first", values.first),
    seed: values.seed,
    workers: count("workers", values.workers),
  };
}

function count(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${flag}: a whole number of at least 1 was expected, not "${text}"`);
  return number;
}

/** What `riftcheck hunt` draws from with the options of `commandOf`. */
function spaceOf(preset: string, nodes: number, { workload, seed }: Request): HuntSpace {
  // Whether there is a leader is for the options to say that each run has.
  const { hasLeader: _drawn, ...anyOptions } = eventual;
  const target = anyOptions as Target;
  const scene = {
    target,
    targetOptions: eventual.options.parse({ preset }),
    environment: "sim" as const,
    nodes,
  };
  return {
    target: eventual.name,
    seed,
    faults: Object.keys(chosenFaults(["all"], scene)),
    targetOptions: { preset },
    workloadOptions: {},
    workload,
    nodes,
    clients: undefined,
    operations: undefined,
    time: TIME,
    expectations: undefined,
    keepDefaults: true,
    operationTimeout: DEFAULT_TIMEOUT,
    convergeWithin: DEFAULT_CONVERGE_WITHIN,
  };
}

const commandOf = (space: HuntSpace, number: number): string =>
  [
    `riftcheck hunt ${space.target} --preset ${String(space.targetOptions["preset"])} --keep-defaults`,
    ...(space.workload === undefined ? [] : [`--workload ${space.workload}`]),
    `--nodes ${space.nodes} --time ${formatDuration(TIME)} --seed ${space.seed} --case ${number}`,
  ].join(" ");

interface Soaked {
  runs: number;
  /** Runs in which nothing but convergence, or nothing at all, was promised. */
  dull: number;
  idle: number;
  elapsed: Nanoseconds;
  readonly failures: string[];
  /** Runs that did not come to their end, such as those in which a fault of the leader found none. */
  readonly troubles: string[];
  isBug: boolean;
}

async function soak(preset: string, request: Request, signal: AbortSignal): Promise<Soaked> {
  const soaked: Soaked = { runs: 0, dull: 0, idle: 0, elapsed: 0, failures: [], troubles: [], isBug: false };
  for (const [turn, nodes] of NODES.entries()) {
    const runs = Math.ceil((request.runs - turn) / NODES.length);
    if (runs > 0 && !signal.aborted) await soakOn(nodes, runs, { preset, request, signal, soaked });
  }
  return soaked;
}

async function soakOn(
  nodes: number,
  runs: number,
  {
    preset,
    request,
    signal,
    soaked,
  }: {
    readonly preset: string;
    readonly request: Request;
    readonly signal: AbortSignal;
    readonly soaked: Soaked;
  },
): Promise<void> {
  const space = spaceOf(preset, nodes, request);
  const { first, workers } = request;
  const result = await hunt({
    space,
    quarry: {},
    first,
    last: first + runs - 1,
    timeBudget: undefined,
    workers,
    keepGoing: true,
    signal,
  });
  soaked.runs += result.tried;
  soaked.elapsed += result.elapsed;
  for (let number = first; number < first + result.tried; number++) {
    const { expectations } = drawCase(space, number, eventual as Target);
    const held = expectations.filter(({ is }) => is === "holds");
    if (held.length === 0) soaked.idle++;
    else if (held.every(({ model }) => model === "convergence")) soaked.dull++;
  }
  for (const find of result.finds) {
    const times = result.counts.get(nameWords(find.shows)) ?? 1;
    soaked.failures.push(
      `${nameWords(find.shows)} in ${times} of ${runs}, ${find.case.workload}: ${find.explanation}\n    ${commandOf(space, find.number)}`,
    );
  }
  soaked.isBug ||= result.troubles.some(({ trouble }) => trouble?.code === "internal");
  const byMessage = Map.groupBy(result.troubles, ({ trouble }) => trouble?.message ?? "");
  for (const [message, troubled] of byMessage) {
    const { number } = troubled[0] as Tried;
    soaked.troubles.push(`${troubled.length} of ${runs}: ${message}\n    ${commandOf(space, number)}`);
  }
}

async function main(): Promise<number> {
  const request = requestOf(argv.slice(2));
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  let exit: number = EXIT.ok;
  for (const preset of request.presets) {
    if (interrupt.signal.aborted) break;
    const { runs, dull, idle, elapsed, failures, troubles, isBug } = await soak(
      preset,
      request,
      interrupt.signal,
    );
    const each = (elapsed / Math.max(1, runs) / MILLISECOND).toFixed(1);
    print(
      `${preset}: ${runs} runs, ${idle} without any promise, ${dull} with convergence alone, ${failures.length} kinds of broken claims, ${troubles.length} kinds of runs that did not end; ${each} ms each`,
    );
    for (const line of [...failures, ...troubles.map((one) => `did not end: ${one}`)]) print(`  ${line}`);
    if (isBug) exit = EXIT.internal;
    else if (failures.length > 0 && exit === EXIT.ok) exit = EXIT.broken;
  }
  return exit;
}

try {
  process.exitCode = await main();
} catch (error) {
  stderr.write(`soak: ${messageOf(error)}\n`);
  const isUsage = error instanceof UsageError || (error as { code?: string }).code?.startsWith("ERR_PARSE");
  process.exitCode = isUsage === true ? EXIT.usage : EXIT.internal;
}
