/**
 * riftcheck and Porcupine on the same histories, one after the other on the same machine:
 *
 *     PORCUPINE=<a checkout of github.com/anishathalye/porcupine> node bench/peers/porcupine.ts [filter]
 *
 * Without PORCUPINE its released version is fetched by `go mod download`. Times are medians of three checks after others to warm up,
 * parsing left out; "first" is the first check of a process, and "process" that process, which parses and checks once. A ratio above 1:
 * riftcheck takes less time. The histories are generated, and those of Porcupine's own tests where RIFTCHECK_CORPUS, else ../shared/corpus, has them.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { argv, env, execPath, version } from "node:process";
import { peerCases } from "./cases.ts";
import { median } from "../support/median.ts";

const SECONDS = Number(env["PEER_SECONDS"] ?? 30);
const REPEAT = 3;
/** Checks to warm up: for so many milliseconds, at least one and at most so many. */
const WARM_UP_MS = 1_000;
const MOST_WARM_UPS = 10;
/** Parsing, and what ends later than its time limit. */
const GRACE_MS = 60_000;
const RELEASED = "v1.3.0";
const HERE = import.meta.dirname;

interface Measurement {
  readonly results: readonly string[];
  /** Milliseconds for all files. */
  readonly check: number;
  readonly first: number;
  readonly process: number;
}

/** Porcupine with our models. @returns the program; undefined, and says why, if there is none */
function build(folder: string): string | undefined {
  if (spawnSync("go", ["version"]).status !== 0) {
    console.log("Porcupine is left out: there is no Go here (Debian: apt-get install golang-go)");
    return undefined;
  }
  const checkout = env["PORCUPINE"];
  const replaced =
    checkout === undefined ? "" : `replace github.com/anishathalye/porcupine => ${resolve(checkout)}\n`;
  const wanted = checkout === undefined ? RELEASED : "v0.0.0";
  writeFileSync(
    join(folder, "go.mod"),
    `module riftcheck/peer\n\ngo 1.16\n\nrequire github.com/anishathalye/porcupine ${wanted}\n\n${replaced}`,
  );
  for (const file of ["main.go", "models.go"])
    copyFileSync(join(HERE, "porcupine", file), join(folder, file));
  const built = spawnSync("go", ["build", "-mod=mod", "-o", "peer", "."], { cwd: folder, encoding: "utf8" });
  if (built.status === 0) return join(folder, "peer");
  console.log(
    `Porcupine is left out: it could not be built (PORCUPINE names a checkout of it): ${built.stderr.trim().split("\n")[0]}`,
  );
  return undefined;
}

async function compareAll(peer: string, folder: string): Promise<void> {
  const go = execFileSync("go", ["version"], { encoding: "utf8" }).split(" ")[2];
  console.log(`node ${version}, ${go}, ${availableParallelism()} cores; at most ${SECONDS} s per check\n`);
  console.log(row("history", ["verdicts", "check ms", "ratio", "first ms", "process ms"]));
  const [filter = ""] = argv.slice(2);
  for (const { name, write } of peerCases()) {
    if (!name.includes(filter)) continue;
    const files = await write(folder);
    const ours = measure(execPath, [join(HERE, "judge-linearizable.ts"), `${SECONDS}`], files);
    const theirs = measure(peer, [`-timeout=${SECONDS}s`], files);
    console.log(
      row(name, [
        verdictWords(ours.results, theirs.results),
        `${ms(ours.check)} / ${ms(theirs.check)}`,
        ratio(ours, theirs),
        `${ms(ours.first)} / ${ms(theirs.first)}`,
        `${ms(ours.process)} / ${ms(theirs.process)}`,
      ]),
    );
  }
  console.log(
    "\nours / Porcupine; ratio > 1: riftcheck takes less time; ≥, ≤: one of them was stopped or ran out",
  );
}

const row = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(44)} ${cells.map((cell, i) => cell.padEnd([22, 16, 10, 16, 16][i] ?? 0)).join(" ")}`.trimEnd();
const ms = (value: number): string =>
  Number.isNaN(value) ? "died" : value < 10 ? value.toFixed(1) : value.toFixed(0);

function ratio(ours: Measurement, theirs: Measurement): string {
  const undecided = ({ results }: Measurement): boolean =>
    results.some((result) => result === "unknown" || result === "died");
  const value = theirs.check / ours.check;
  if (Number.isNaN(value) || (undecided(ours) && undecided(theirs))) return "–";
  return `${undecided(theirs) ? "≥ " : undecided(ours) ? "≤ " : ""}${value < 10 ? value.toPrecision(2) : Math.round(value)}`;
}

function verdictWords(ours: readonly string[], theirs: readonly string[]): string {
  const count = (results: readonly string[]): string =>
    [...Map.groupBy(results, (result) => result)]
      .map(([result, same]) => (same.length === 1 ? result : `${same.length} ${result}`))
      .sort()
      .join(", ");
  const [one, other] = [count(ours), count(theirs)];
  const isContradiction = ours.some((result, i) => {
    const pair = [result, theirs[i]];
    return pair.includes("satisfied") && pair.includes("violated");
  });
  return isContradiction ? `CONTRADICTION ${one} / ${other}` : one === other ? one : `${one} / ${other}`;
}

/** All files in one process for its time and that of the first checks, then in another to time checks when it is warm. */
function measure(program: string, args: readonly string[], files: readonly string[]): Measurement {
  const isOurs = program === execPath;
  const run = (repeat: number): { lines: Line[]; elapsed: number } => {
    const begun = performance.now();
    const { stdout } = spawnSync(
      program,
      isOurs ? [...args, `${repeat}`, ...files] : [...args, `-repeat=${repeat}`, ...files],
      {
        encoding: "utf8",
        timeout: SECONDS * 1_000 * repeat + GRACE_MS,
        maxBuffer: 1 << 28,
        // As `bin/riftcheck` starts it.
        env: { ...env, NODE_COMPILE_CACHE: join(HERE, "../../.cache/compile") },
      },
    );
    const lines = stdout.trim().split("\n").filter(Boolean);
    return { lines: lines.map((line) => JSON.parse(line) as Line), elapsed: performance.now() - begun };
  };
  const once = run(1);
  const died = files.map(() => "died");
  const first = sum(once.lines.map(({ checkMs }) => checkMs[0] ?? Number.NaN));
  if (once.lines.length < files.length)
    return { results: died, check: Number.NaN, first: Number.NaN, process: once.elapsed };
  // One that was undecided takes its full time again, and tells nothing new.
  const isDecided = once.lines.every(({ result }) => result !== "unknown");
  const warmUps = Math.max(1, Math.min(MOST_WARM_UPS, Math.round(WARM_UP_MS / first)));
  const { lines } = isDecided ? run(warmUps + REPEAT) : once;
  return {
    results: lines.map(({ result }) => result),
    check: sum(lines.map(({ checkMs }) => median(checkMs.slice(-REPEAT)))),
    first,
    process: once.elapsed,
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

interface Line {
  readonly result: string;
  readonly checkMs: readonly number[];
}

const folder = mkdtempSync(join(tmpdir(), "riftcheck-peers-"));
try {
  const peer = build(folder);
  if (peer !== undefined) await compareAll(peer, folder);
} finally {
  rmSync(folder, { recursive: true });
}
