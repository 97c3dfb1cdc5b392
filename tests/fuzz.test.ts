import { join, relative } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { UNLIMITED } from "#core/budget";
import { linearizable } from "../checkers/linearizable/linearizable.ts";
import { registerRuns } from "../checkers/testing/arbitrary.ts";
import { verdictCase } from "../checkers/testing/fuzz/fuzz-case.ts";
import { emptyTally, findDisagreement } from "../checkers/testing/fuzz/fuzz-runs.ts";
import { headerOf } from "../checkers/testing/operations.ts";
import { isLinearizable } from "../checkers/testing/oracles/linearizable.ts";
import { readHistory } from "../harness/history/read-history.ts";
import { keepGolden } from "../tools/keep-golden.ts";
import { temporaryFolder } from "./support/riftcheck.ts";

const FUZZ = join(import.meta.dirname, "../tools/fuzz.ts");
const fuzz = (...args: string[]) => execa(process.execPath, [FUZZ, ...args], { reject: false });

test("npm run fuzz says seed, runs and shares, and the same seed draws the same runs", async () => {
  const args = ["--model", "linearizable-counters", "--runs", "600", "--seed", "5"];
  const [one, again] = [await fuzz(...args), await fuzz(...args)];
  expect(one.exitCode).toBe(0);
  expect(one.stdout).toMatch(
    /^seed 5: .*\nlinearizable-counters, counters +600 runs, \d+\/s: satisfied [\d.]+ %, violated [\d.]+ %/,
  );
  expect(one.stdout).toContain("no disagreement");
  const shares = (text: string): string => text.replaceAll(/\d+\/s/g, "");
  expect(shares(again.stdout)).toBe(shares(one.stdout));
});

test("npm run fuzz draws by seed 0 too", async () => {
  const { exitCode, stdout } = await fuzz("--model", "linearizable-locks", "--runs", "10", "--seed", "0");
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining("seed 0: ")]);
});

test("npm run fuzz ends with the code of the signal that interrupts it", async () => {
  const child = fuzz("--model", "linearizable-locks", "--minutes", "9");
  child.stdout!.once("data", () => child.kill("SIGINT"));
  const { exitCode, stdout } = await child;
  expect([exitCode, stdout]).toEqual([130, expect.stringContaining("interrupted")]);
});

test("npm run fuzz refuses what it does not know", async () => {
  for (const [args, message] of [
    [["--model", "serializable"], "expected all, or one of 2p-set"],
    [["--runs", "none"], "--runs none: expected an integer from 1 on"],
    [["--runs", "0.5"], "--runs 0.5: expected an integer from 1 on"],
    [["--seed", "-1"], "--seed"],
    [["--minutes", "0"], "--minutes 0: expected a number above 0"],
    [["--speed", "1"], "--speed"],
  ] as const) {
    const { exitCode, stderr } = await fuzz(...args);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining(message)]);
  }
});

test("a disagreement becomes a golden history, in the folder of what the definition says", async () => {
  using folder = temporaryFolder();
  const fuzzCase = verdictCase({
    title: "reads, writes",
    checker: {
      ...linearizable,
      check: () => ({
        results: [{ model: "linearizable", verdict: "satisfied" }],
        anomalies: [],
        counts: {},
      }),
    },
    model: "linearizable",
    header: headerOf({}),
    runs: registerRuns({ sessions: 3, keys: 1, operations: 9, lies: 45 }),
    holds: (operations) => isLinearizable(operations),
    open: "nothing",
  });
  const finding = findDisagreement(fuzzCase, emptyTally(), { numRuns: 200, seed: 1 });
  const file = keepGolden(folder.path, fuzzCase, finding!);
  expect(relative(folder.path, file)).toBe("linearizable/invalid/fuzz-linearizable-reads-writes-1.jsonl");
  const kept = linearizable.check(await readHistory(file), UNLIMITED);
  expect(kept.results).toMatchObject([{ verdict: "violated" }]);
});
