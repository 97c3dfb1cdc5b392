import { stdout } from "node:process";
import { Command } from "commander";
import { EXIT, HarnessError } from "#core/errors";
import { injections } from "../synthetic/injections/registry.ts";
import { anomaliesIn, recordingOf, type Score, scoreOf } from "./selftest/inject-and-find.ts";
import { recordedRun, testable, type ValidRun, validRuns } from "./selftest/valid-runs.ts";
import { integerFlag } from "./values.ts";

interface SelftestFlags {
  readonly seed: string;
  readonly injections: string;
  readonly from?: string;
}

/** `riftcheck selftest <workload>`: exit 0 if all anomalies put into a valid run of it are found, 1 if one is missed. */
export function selftestCommand(): Command {
  return new Command("selftest")
    .description("inject each anomaly into a valid run; list what the checkers miss")
    .argument("[what]", `a workload or a kind of object: ${testable().join(", ")}`)
    .option("--from <run>", "a run folder or history without anomalies, instead of one made for the purpose")
    .option("--injections <number>", "how often each anomaly is injected", "20")
    .option("--seed <text>", "decides the run and the places", "1")
    .action(async (what: string | undefined, flags: SelftestFlags) => {
      const times = integerFlag("--injections", flags.injections, 1);
      const scores: Score[] = [];
      for (const run of await runsOf(what, flags)) scores.push(...test(run, times, flags.seed));
      process.exitCode = conclude(scores);
    });
}

async function runsOf(what: string | undefined, { from, seed }: SelftestFlags): Promise<ValidRun[]> {
  if (from !== undefined && what !== undefined)
    throw new HarnessError("usage", `selftest: ${what} and --from ${from}: expected one of them`, {
      hint: "leave out one: --from tests what the run holds",
    });
  if (from !== undefined) return [await recordedRun(from)];
  if (what !== undefined) return await validRuns(what, seed);
  throw new HarnessError("usage", "selftest: say what to test, or --from <run>", {
    hint: `one of: ${testable().join(", ")}`,
  });
}

/** Injects everything that the run has room for, and prints a line for each. @throws HarnessError `usage` if it is not valid */
function test({ origin, history }: ValidRun, times: number, seed: string): Score[] {
  const [anomaly] = anomaliesIn(history);
  if (anomaly !== undefined) {
    throw new HarnessError("usage", `${origin} is not a valid run: ${anomaly.explanation}`, {
      hint: "selftest needs a history without anomalies",
    });
  }
  const valid = recordingOf(history);
  const applicable = injections.filter((injection) => injection.applies(valid));
  if (applicable.length === 0) {
    throw new HarnessError("usage", `${origin}: no anomaly is known for what it holds`);
  }
  stdout.write(`${origin}: ${history.length} operations, no anomaly\n\n`);
  stdout.write(`${row("anomaly", "found as", "injected", "found", "missed")}\n`);
  const scores = applicable.map((injection) => {
    const score = scoreOf(valid, injection, times, seed);
    stdout.write(`${rowOf(score)}\n`);
    return score;
  });
  stdout.write("\n");
  return scores;
}

const row = (name: string, types: string, injected: string, found: string, missed: string): string =>
  `${name.padEnd(50)} ${types.padEnd(40)} ${injected.padStart(8)} ${found.padStart(6)} ${missed.padStart(6)}`;

function rowOf({ name, types, injected, found, missed }: Score): string {
  const places = injected === 0 ? "   no place for it" : missed.length === 0 ? "" : `   ${missed.join(" ")}`;
  return row(name, types.join(" or "), `${injected}`, `${found}`, `${missed.length}`) + places;
}

function conclude(scores: readonly Score[]): number {
  const missed = scores.filter((score) => score.missed.length > 0);
  const nowhere = scores.filter(({ injected }) => injected === 0);
  const injected = scores.reduce((sum, score) => sum + score.injected, 0);
  if (missed.length > 0) {
    stdout.write(`missed: ${missed.map(({ name }) => name).join(", ")}\n`);
    return EXIT.broken;
  }
  stdout.write(`all ${injected} injected anomalies were found\n`);
  if (nowhere.length === 0) return EXIT.ok;
  stdout.write(`not injected, for want of a place: ${nowhere.map(({ name }) => name).join(", ")}\n`);
  return EXIT.unknown;
}
