/**
 * `npm run fuzz`: compares checkers with brute force on random small histories, for as long as it is let.
 *
 *     npm run fuzz -- [--model <model or checker>] [--minutes N] [--runs N] [--seed S]
 *
 * The runs are those of each kind of history (`checkers/testing/fuzz-table.ts`); the minutes are for all of them together.
 * A disagreement is shrunk and left in `tests/golden` with the verdict that the definition gives. Exit code 1 if there was
 * one, 64 for bad usage, 130 or 143 if a signal ended it before one was found.
 */
import { join, relative } from "node:path";
import { argv, cwd, stderr, stdout } from "node:process";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fuzzTable } from "../checkers/testing/fuzz-table.ts";
import type { FuzzCase } from "../checkers/testing/fuzz/fuzz-case.ts";
import {
  emptyTally,
  type Finding,
  findDisagreement,
  LEAST_SHARE,
  rareClasses,
  type Tally,
} from "../checkers/testing/fuzz/fuzz-runs.ts";
import { keepGolden } from "./keep-golden.ts";

const GOLDEN = join(import.meta.dirname, "../tests/golden");
const EXIT_BAD_USAGE = 64;
/** As a shell says it: 128 and the number of the signal. */
const EXIT_OF_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;
/** Between two of them Ctrl-C is heard; each draws by a seed of its own. */
const RUNS_PER_CHUNK = 250;
const DEFAULT_MINUTES = 5;
/** On a terminal one line is rewritten, elsewhere each is kept. */
const PROGRESS_EVERY_MS = stderr.isTTY ? 2_000 : 30_000;

class UsageError extends Error {}

interface Request {
  readonly cases: readonly FuzzCase[];
  readonly runs: number;
  readonly minutes: number;
  readonly seed: number;
}

const nameOf = ({ checker, title }: FuzzCase): string => `${checker.name}, ${title}`;
const print = (line: string): void => void stdout.write(`${line}\n`);

function requestOf(args: readonly string[]): Request {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string", default: "all" },
      runs: { type: "string" },
      minutes: { type: "string" },
      seed: { type: "string" },
    },
  });
  const { model } = values;
  const cases = fuzzTable.filter(
    ({ checker, models }) => model === "all" || checker.name === model || models.some((one) => one === model),
  );
  if (cases.length === 0) {
    const known = new Set(fuzzTable.flatMap(({ checker, models }) => [checker.name, ...models]));
    throw new UsageError(`--model ${model}: expected all, or one of ${[...known].sort().join(", ")}`);
  }
  const runs = values.runs === undefined ? Number.POSITIVE_INFINITY : integerFrom("--runs", values.runs, 1);
  const unlimited = values.runs === undefined ? DEFAULT_MINUTES : Number.POSITIVE_INFINITY;
  const minutes = values.minutes === undefined ? unlimited : numberFrom("--minutes", values.minutes);
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : integerFrom("--seed", values.seed, 0);
  return { cases, runs, minutes, seed };
}

function numberFrom(flag: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new UsageError(`${flag} ${text}: expected a number above 0`);
  return value;
}

function integerFrom(flag: string, text: string, least: number): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < least)
    throw new UsageError(`${flag} ${text}: expected an integer from ${least} on`);
  return value;
}

/** Compares one kind of histories until its runs or its share of the time are used up, or a disagreement is found. */
async function fuzz(fuzzCase: FuzzCase, request: Request, signal: AbortSignal): Promise<Finding | undefined> {
  const tally = emptyTally();
  const began = performance.now();
  const until = began + (request.minutes * 60_000) / request.cases.length;
  let [runs, shown] = [0, began];
  let finding: Finding | undefined;
  while (runs < request.runs && performance.now() < until && finding === undefined && !signal.aborted) {
    const numRuns = Math.min(RUNS_PER_CHUNK, request.runs - runs);
    finding = findDisagreement(fuzzCase, tally, { numRuns, seed: request.seed + runs });
    runs += numRuns;
    if (performance.now() - shown > PROGRESS_EVERY_MS) {
      shown = performance.now();
      stderr.write(`${lineOf(fuzzCase, tally, shown - began)}${stderr.isTTY ? "\r" : "\n"}`);
    }
    await setImmediate();
  }
  print(lineOf(fuzzCase, tally, performance.now() - began));
  return finding;
}

function lineOf(fuzzCase: FuzzCase, tally: Tally, elapsed: number): string {
  const runs = Object.values(tally).reduce((sum, count) => sum + count, 0);
  const share = (count: number): string => `${((100 * count) / Math.max(1, runs)).toFixed(1)} %`;
  const rate = (runs / (elapsed / 1000)).toFixed(0);
  return `${nameOf(fuzzCase).padEnd(52)} ${String(runs).padStart(7)} runs, ${rate}/s: satisfied ${share(tally.satisfied)}, violated ${share(tally.violated)}, unknown ${share(tally.unknown)}, nothing to judge ${share(tally["not-applicable"])}${rareWords(tally)}`;
}

function rareWords(tally: Tally): string {
  const rare = rareClasses(tally);
  return rare.length === 0 ? "" : `; ${rare.join(" and ")} below ${LEAST_SHARE * 100} %: shows little`;
}

function report(fuzzCase: FuzzCase, finding: Finding): void {
  const { model, holds, text, seed, path } = finding;
  print(
    `DISAGREEMENT ${nameOf(fuzzCase)}: ${model} ${holds ? "holds" : "is broken"} by its definition, but ${text}`,
  );
  print(`  fast-check seed ${seed}, path ${path}`);
  print(`  ${relative(cwd(), keepGolden(GOLDEN, fuzzCase, finding))}`);
}

async function main(): Promise<number> {
  const request = requestOf(argv.slice(2));
  const interrupt = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => interrupt.abort(name));
  }
  print(`seed ${request.seed}: --seed ${request.seed} draws the same runs again`);
  let found = 0;
  for (const fuzzCase of request.cases) {
    if (interrupt.signal.aborted) break;
    const finding = await fuzz(fuzzCase, request, interrupt.signal);
    if (finding === undefined) continue;
    found++;
    report(fuzzCase, finding);
  }
  if (interrupt.signal.aborted) print("interrupted: what stands above was compared");
  print(found === 0 ? "no disagreement" : `${found} disagreements`);
  if (found > 0) return 1;
  return interrupt.signal.aborted ? EXIT_OF_SIGNAL[interrupt.signal.reason as "SIGINT" | "SIGTERM"] : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && "code" in error);
  if (!isUsage) throw error;
  stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_BAD_USAGE;
}
