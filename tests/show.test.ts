/** Many runs, and what a run tells machines: through the command line. */
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testRun, testVerdict } from "../reports/testing/documents.ts";
import { riftcheck, startRiftcheck, temporaryFolder } from "./support/riftcheck.ts";

const MAIN = new URL("../harness/cli/main.ts", import.meta.url).pathname;

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
  for (const seed of ["1", "2"]) {
    const run = join(folder.path, "runs", `2026110${seed}T000000Z-redis-set-${seed}-abcd`);
    mkdirSync(run, { recursive: true });
    const record = testRun({ startedAt: `2026-11-0${seed}T00:00:00.000Z`, seed });
    writeFileSync(join(run, "run.json"), JSON.stringify(record));
    writeFileSync(join(run, "verdict.json"), JSON.stringify(testVerdict({ valid: seed === "1" })));
  }
  mkdirSync(join(folder.path, "runs/20261103T000000Z-redis-set-3-abcd"));
});
afterAll(() => folder[Symbol.dispose]());

describe("show", () => {
  test("writes the page of all runs into their folder", async () => {
    const root = join(folder.path, "runs");
    const { exitCode, stdout } = await riftcheck(["show", root]);
    expect([exitCode, stdout]).toEqual([0, `${join(root, "index.html")}  3 runs`]);
    const page = readFileSync(join(root, "index.html"), "utf8");
    expect(page).toMatch(/regressed<\/span>/);
    expect(page).toContain("run.json is missing");
  });

  test("prints two runs side by side, named by a part", async () => {
    const root = join(folder.path, "runs");
    const { exitCode, stdout } = await riftcheck(["show", root, "--compare", "set-1", "set-2"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/verdict +✓ Held +✗ Broken {2}\(worse\)/);
    const json = await riftcheck(["show", root, "--json", "--compare", "set-1", "set-2"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      a: expect.stringContaining("set-1"),
      rows: expect.anything(),
    });
  });

  test.each([
    [["--compare", "set-1"], /expected two runs, got 1/],
    [["--compare", "set-1", "redis"], /"redis" may be any of 3 runs/],
    [["--compare", "set-1", "none"], /there is no run "none"/],
    [["--serve", "99999"], /expected a port of at most 65535/],
    [["--out", "/dev/null/x"], /\/dev\/null\/x cannot be written/],
  ])("%j is refused in one line", async (flags, message) => {
    const { exitCode, stderr } = await riftcheck(["show", join(folder.path, "runs"), ...flags]);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(message);
  });

  test("serves until it is interrupted", async () => {
    const running = startRiftcheck(["show", join(folder.path, "runs"), "--serve", "0"]);
    const [line] = (await once(running.stdout, "data", { signal: AbortSignal.timeout(30_000) })) as [unknown];
    const url = String(line).trim();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const page = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    expect(await page.text()).toContain("Runs in runs");
    running.kill("SIGINT");
    expect((await running).exitCode).toBe(0);
  });
});

describe("check for machines", () => {
  const STALE = "tests/golden/linearizable/invalid/stale-read.jsonl";
  const HELD = "tests/golden/linearizable/valid/refused-compare-and-set.jsonl";
  const ROOT = new URL("..", import.meta.url).pathname;

  const check = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    const options = {
      cwd: ROOT,
      reject: false,
      env: { NO_COLOR: "1", GITHUB_WORKSPACE: ROOT, ...env },
    } as const;
    return await execa(process.execPath, [MAIN, "check", ...args], options);
  };

  test("appends to the summary of the job, writes one for a review, annotates the files", async () => {
    const step = join(folder.path, "step.md");
    const summary = join(folder.path, "new/summary.md");
    writeFileSync(step, "before\n");
    const bad = join(folder.path, "bad.jsonl");
    writeFileSync(bad, '{"riftcheck":1}\nnonsense\n{"index":0}\n');
    const { exitCode, stdout } = await check([HELD, STALE, bad, "--summary", summary], {
      GITHUB_ACTIONS: "true",
      GITHUB_STEP_SUMMARY: step,
    });
    expect(exitCode).toBe(1);
    const text = readFileSync(summary, "utf8");
    expect(text).toMatch(/^## riftcheck: 1 broken of 3 histories\n/);
    expect(text).toContain("### First witness: Not linearizable");
    expect(readFileSync(step, "utf8")).toBe(`before\n${text}`);
    expect(stdout).toMatch(
      new RegExp(`^::error file=${STALE},title=riftcheck%3A linearizable must hold::`, "m"),
    );
    expect(stdout).toMatch(/^::error file=.*bad\.jsonl,line=2,title=riftcheck%3A unreadable::/m);
    expect(stdout).toMatch(new RegExp(`^::notice file=${HELD},title=riftcheck::`, "m"));
  });

  test("with --json stdout is JSON alone", async () => {
    const { stdout, stderr } = await check([STALE, "--json"], { GITHUB_ACTIONS: "true" });
    expect(JSON.parse(String(stdout))).toMatchObject({ valid: false });
    expect(stderr).toMatch(/^::error file=/m);
  });

  test("elsewhere nothing is annotated", async () => {
    const { stdout, stderr } = await check([STALE], { GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "" });
    expect(`${stdout}${stderr}`).not.toContain("::error");
  });
});

describe("run for machines", () => {
  const RUN = [
    "run",
    "sim-kv",
    "--time",
    "4s",
    "--rate",
    "100",
    "--seed",
    "1",
    "--expect",
    "none",
    "--min-ok",
    "1",
  ];

  test("metrics have cases in JUnit; with the gate their alarms fail, as the exit code does", async () => {
    const out = join(folder.path, "gated");
    const summary = join(folder.path, "gated.md");
    const { exitCode, stdout } = await riftcheck([
      ...RUN,
      ...["--gate", "--thresholds", "replication_lag_seconds=0,write_error_rate=0", "--read-from", "any"],
      ...["--faults", "partition", "--out", out, "--summary", summary],
    ]);
    const report = /^report +(.*)report\.html$/m.exec(stdout)?.[1] ?? "";
    const junit = readFileSync(join(report, "junit.xml"), "utf8");
    expect(junit).toMatch(/name="write_error_rate at most 0 %">/);
    expect(junit).toMatch(/<failure message="[\d.]+ (?:s|%): /);
    expect(exitCode).not.toBe(0);
    expect(readFileSync(summary, "utf8")).toContain("✗ alarm");
  });
});
