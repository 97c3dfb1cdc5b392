/**
 * `npm test`: types, format, lint, then every test whose surroundings are there. Ends with the figures and one line that
 * says what was left out. Arguments go to vitest, so `npm test -- checkers` runs the tests of one folder.
 * RIFTCHECK_REQUIRE_DOCKER=1 and RIFTCHECK_REQUIRE_CHROMIUM=1 make their absence a failure.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, execPath, exit, stdout } from "node:process";
import { styleText } from "node:util";
import { execa } from "execa";
import { z } from "zod";
import { bridgeFinding, engineFinding } from "../harness/cli/doctor/engine.ts";
import type { Finding } from "../harness/cli/doctor/finding.ts";
import { liveEngine } from "../harness/cli/doctor/live-engine.ts";
import { chromiumFinding } from "../harness/cli/doctor/machine.ts";
import { sourceTowards } from "../harness/cli/doctor/source-address.ts";

const BIN = join(import.meta.dirname, "../node_modules/.bin");

/** A vitest project that needs something of the machine. */
interface Surroundings {
  readonly project: string;
  readonly kind: string;
  readonly requiredBy: string;
  look(): Promise<Finding>;
}

const SURROUNDINGS: readonly Surroundings[] = [
  { project: "browser", kind: "browser", requiredBy: "RIFTCHECK_REQUIRE_CHROMIUM", look: chromiumFinding },
  { project: "docker", kind: "Docker", requiredBy: "RIFTCHECK_REQUIRE_DOCKER", look: dockerFinding },
];

async function dockerFinding(): Promise<Finding> {
  const finding = await engineFinding(liveEngine);
  return finding.ok ? await bridgeFinding(liveEngine, sourceTowards) : finding;
}

const print = (line: string): void => void stdout.write(`${line}\n`);
const mark = (ok: boolean): string =>
  ok ? styleText("green", "ok    ", { stream: stdout }) : styleText("red", "FAILED", { stream: stdout });

/** One static check: a line when it holds, its whole output when it does not. */
async function check(name: string, command: string, ...args: readonly string[]): Promise<boolean> {
  const { failed, all, durationMs } = await execa(join(BIN, command), args, { all: true, reject: false });
  print(`${mark(!failed)} ${name} (${(durationMs / 1000).toFixed(1)} s)`);
  if (failed) print(all);
  return !failed;
}

const resultSchema = z.object({
  success: z.boolean(),
  numTotalTests: z.number(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
});
type Result = z.infer<typeof resultSchema>;

/** Runs vitest with what it says in view, or silently, and reads its JSON result. */
async function vitest(
  args: readonly string[],
  output: "inherit" | "ignore",
  environment: Readonly<Record<string, string>> = {},
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "riftcheck-test-"));
  try {
    const file = join(folder, "result.json");
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const { exitCode } = await execa(execPath, [join(BIN, "vitest"), "run", ...reporters, ...args], {
      stdio: ["ignore", output, output],
      env: environment,
      reject: false,
    });
    const result = resultSchema.parse(JSON.parse(await readFile(file, "utf8")));
    return { ...result, success: result.success && exitCode === 0 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A file that cannot be loaded has no failed test: it counts as one. */
const brokenFiles = ({ testResults }: Result): number =>
  testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0)
    .length;

/** How many tests a project has: all are collected and none is run, since no name is empty. */
async function countTests(project: string): Promise<number> {
  const args = ["--project", project, "--testNamePattern", "^$", "--passWithNoTests"];
  // Files that fail for want of what they require would not be counted.
  const requirements = Object.fromEntries(SURROUNDINGS.map(({ requiredBy }) => [requiredBy, "0"]));
  return (await vitest(args, "ignore", requirements)).numTotalTests;
}

async function describeAbsence({ project, kind }: Surroundings, finding: Finding): Promise<string> {
  const fix = finding.fix === undefined ? "" : `; to include them: ${finding.fix}`;
  return `${await countTests(project)} ${kind} tests (${finding.name}: ${finding.detail}${fix})`;
}

async function main(filters: readonly string[]): Promise<boolean> {
  const looks = await Promise.all(SURROUNDINGS.map(async (one) => ({ one, finding: await one.look() })));
  const present = looks.filter(({ finding }) => finding.ok);
  const absent = looks.filter(({ finding }) => !finding.ok);
  const required = absent.filter(({ one }) => env[one.requiredBy] === "1");

  const checks = [
    await check("types", "tsc", "--noEmit"),
    await check("types of the report's browser code", "tsc", "--noEmit", "-p", "reports/browser"),
    await check("format", "biome", "format", "."),
    await check("lint", "oxlint", "--type-aware"),
  ];
  const projects = ["unit", ...present.map(({ one }) => one.project)];
  const result = await vitest(
    [...projects.flatMap((project) => ["--project", project]), ...filters],
    "inherit",
  );
  const leftOut = await Promise.all(absent.map(({ one, finding }) => describeAbsence(one, finding)));

  const failedChecks = checks.filter((ok) => !ok).length;
  if (failedChecks > 0)
    print(`${failedChecks} of ${checks.length} checks before the tests failed (see the top)`);
  for (const { one, finding } of required)
    print(`${one.requiredBy}=1, but ${finding.name}: ${finding.detail}`);
  const skipped = result.numPendingTests > 0 ? `, ${result.numPendingTests} skipped` : "";
  print(`${result.numPassedTests} passed, ${result.numFailedTests + brokenFiles(result)} failed${skipped}`);
  print(
    leftOut.length === 0
      ? "nothing left out: Docker and browser tests ran too"
      : `left out: ${leftOut.join("; ")}`,
  );
  return result.success && result.numPassedTests > 0 && failedChecks === 0 && required.length === 0;
}

exit((await main(argv.slice(2))) ? 0 : 1);
