/**
 * `npm run findings`: runs what is known of real stores again, in containers, and writes docs/findings.md.
 *
 *     npm run findings -- [<finding>[/<variant>] …] [--seeds N] [--runs FOLDER] [--no-run]
 *
 * Without a name: all of them, which takes hours. Runs are kept in FOLDER/<finding>/<variant> (runs/findings), seeds that are there are
 * not run again; `--no-run` only measures what is there. Exit code 64 for bad usage.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { argv, execPath, stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { argumentsOf, type Finding, type Variant } from "./findings/finding.ts";
import { measure } from "./findings/measure.ts";
import { type Measurement, readMeasurements, writeMeasurements } from "./findings/measurement.ts";
import { findingsPage } from "./findings/page.ts";
import { findings } from "./findings/registry.ts";

const EXIT_BAD_USAGE = 64;
const ROOT = join(import.meta.dirname, "..");
const DOCUMENT = join(ROOT, "docs/findings.md");
const CLI = join(ROOT, "harness/cli/main.ts");

class UsageError extends Error {}

interface Request {
  readonly chosen: readonly (readonly [Finding, Variant])[];
  readonly seeds: number | undefined;
  readonly runs: string;
  readonly isRun: boolean;
}

function requestOf(args: readonly string[]): Request {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    allowNegative: true,
    options: {
      seeds: { type: "string" },
      runs: { type: "string", default: join(ROOT, "runs/findings") },
      run: { type: "boolean", default: true },
    },
  });
  return {
    chosen: chosenBy(positionals),
    seeds: values.seeds === undefined ? undefined : seedsFrom(values.seeds),
    runs: resolve(values.runs),
    isRun: values.run,
  };
}

function seedsFrom(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`--seeds ${text}: expected a number from 1 to 9999`);
  return Number(text);
}

function chosenBy(names: readonly string[]): (readonly [Finding, Variant])[] {
  const all = findings.flatMap((finding) => finding.variants.map((variant) => [finding, variant] as const));
  if (names.length === 0) return all;
  return names.flatMap((name) => {
    const chosen = all.filter(([finding, variant]) =>
      [finding.name, `${finding.name}/${variant.name}`].includes(name),
    );
    if (chosen.length > 0) return chosen;
    throw new UsageError(`${name}: expected ${findings.map((each) => each.name).join(", ")}`);
  });
}

/** Folders of runs that were made, each a run that ended or not. */
const foldersIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .map((name) => join(folder, name))
        .filter((path) => existsSync(join(path, "verdict.json")))
        .toSorted()
    : [];

async function measureAll(finding: Finding, variant: Variant, folder: string): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const path of foldersIn(folder)) {
    const withProof = measured.every(({ proof }) => proof === undefined);
    const one = await measure(finding, variant, path, { withProof });
    if (one !== undefined && !measured.some(({ seed }) => seed === one.seed)) measured.push(one);
  }
  return measured;
}

async function run(finding: Finding, variant: Variant, seed: number, out: string): Promise<void> {
  mkdirSync(out, { recursive: true });
  const args = ["run", ...argumentsOf(finding, variant), "--seed", `${seed}`, "--out", out];
  stderr.write(`${finding.name}/${variant.name}: riftcheck ${args.join(" ")}\n`);
  const child = spawn(execPath, [CLI, ...args], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
  await once(child, "close");
}

async function main(): Promise<void> {
  const { chosen, seeds, runs, isRun } = requestOf(argv.slice(2));
  for (const [finding, variant] of chosen) {
    const folder = join(runs, finding.name, variant.name);
    let measured = await measureAll(finding, variant, folder);
    for (let seed = 1; isRun && seed <= (seeds ?? finding.seeds); seed++) {
      if (!measured.some((one) => one.seed === seed)) await run(finding, variant, seed, folder);
    }
    if (isRun) measured = await measureAll(finding, variant, folder);
    keep(finding, variant, measured);
  }
  // Also what is told of findings may have changed.
  writePage();
}

const writePage = (): void => writeFileSync(DOCUMENT, findingsPage(findings, readMeasurements()));

/** After each variant: what was measured is not lost if the next one is interrupted. */
function keep(finding: Finding, variant: Variant, measured: readonly Measurement[]): void {
  if (measured.length === 0) return;
  const others = readMeasurements().filter(
    (one) => one.finding !== finding.name || one.variant !== variant.name,
  );
  writeMeasurements([...others, ...measured]);
  writePage();
  const shown = measured.filter((one) => one.shown === true).length;
  stdout.write(`${finding.name}/${variant.name}: ${shown} of ${measured.length} show it\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  stderr.write(`findings: ${error.message}\n`);
  process.exitCode = EXIT_BAD_USAGE;
}
