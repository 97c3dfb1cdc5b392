import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { experiments } from "../harness/experiments/registry.ts";
import { runExperiment } from "../harness/experiments/run-experiment.ts";
import { subjects } from "../harness/experiments/subjects.ts";
import { targets } from "../targets/registry.ts";
import { riftcheck } from "./support/riftcheck.ts";

const settings = { seed: "1", time: 4 * SECOND, targets: ["sim-kv"] };

test("subjects are those of experiments, with options that their targets know", () => {
  for (const { name, of, target: targetName, options, quorums } of subjects) {
    for (const experiment of of)
      expect([name, Object.keys(experiments)]).toEqual([name, expect.arrayContaining([experiment])]);
    expect([name, quorums !== undefined]).toEqual([name, (of as readonly string[]).includes("quorums")]);
    const target = targets[targetName];
    if (target === undefined) continue;
    const parsed = target.options.parse(options) as Record<string, unknown>;
    for (const [option, value] of Object.entries(options))
      expect([name, option, parsed[option]]).toEqual([name, option, value]);
  }
});

test("every row of the table of quorums is there", () => {
  const table = subjects.filter(({ quorums, target }) => quorums !== undefined && target === "eventual");
  expect(table.map(({ quorums }) => [quorums!.w, quorums!.r])).toEqual([
    [3, 3],
    [1, 5],
    [5, 1],
    [1, 1],
    [2, 1],
    [2, 3],
    [4, 2],
    [1, 3],
  ]);
});

describe("on the simulated store", () => {
  test("replicas that lag are stale by their lag, and a node cut off by the length of the cut", async () => {
    const { rows } = await runExperiment(experiments["staleness"]!, settings);
    const of = (subject: string, fault: string) =>
      rows.filter((row) => row["subject"] === subject && row["fault"] === fault);
    const lagging = of("sim-kv, 20 ms behind", "none");
    expect(lagging).toHaveLength(3);
    expect(lagging.filter((row) => Number(row["stale"]) > 90)).toHaveLength(2);
    expect(Math.max(...lagging.map((row) => Number(row["p50"])))).toBeGreaterThan(10);
    const worst = (found: typeof rows): number => Math.max(...found.map((row) => Number(row["max"])));
    expect(worst(of("sim-kv, majority", "none"))).toBeLessThan(100);
    expect(worst(of("sim-kv, asynchronous", "one node cut off"))).toBeGreaterThan(500);
  });

  test("a leader that is cut off loses writes unless a majority confirms them", async () => {
    const { rows } = await runExperiment(experiments["partition"]!, settings);
    const lost = (subject: string): unknown =>
      rows.find((row) => row["subject"] === subject && row["side"] === "the leader")?.["lost"];
    expect(lost("sim-kv, asynchronous")).toBeGreaterThan(0);
    expect(lost("sim-kv, majority")).toBe(0);
    expect(rows.map((row) => row["diverged"])).toEqual(rows.map(() => 0));
  });

  test("a replica that was dead lacks something for a while and then has everything", async () => {
    const { rows, left } = await runExperiment(experiments["catch-up"]!, settings);
    expect(left).toEqual([]);
    for (const { behind, caught } of rows) {
      expect(Number(behind)).toBeGreaterThan(0);
      expect(Number(caught)).toBeGreaterThan(Number(behind));
    }
  });

  test("a majority confirms with two of five replicas down and not with three", async () => {
    const { rows, points } = await runExperiment(experiments["quorums"]!, settings);
    const byLeader = rows.find((row) => row["r"] === 3)!;
    expect(byLeader).toMatchObject({ w: 3, overlap: "yes", stale: 0, updates3: 0, updates4: 0 });
    expect(Number(byLeader["updates2"])).toBeGreaterThan(0);
    expect(Number(rows.find((row) => row["r"] === 1)!["stale"])).toBeGreaterThan(0);
    expect(points).toHaveLength(rows.length * 4 * 2);
  });
});

describe("the command", () => {
  test("prints a table and writes data, Markdown and a plot, the same for the same seed", async () => {
    const out = mkdtempSync(join(tmpdir(), "riftcheck-experiment-"));
    try {
      const args = ["experiment", "catch-up", "--time", "3s", "--targets", "sim-kv", "--out", out];
      const first = await riftcheck(args);
      expect([first.exitCode, first.stdout]).toEqual([0, expect.stringMatching(/sim-kv, majority +\d/)]);
      const file = (name: string): string => readFileSync(join(out, "catch-up-1", name), "utf8");
      const data = file("result.json");
      expect(JSON.parse(data)).toMatchObject({ format: 1, experiment: "catch-up", seed: "1" });
      expect(file("result.md")).toContain("| sim-kv, majority |");
      expect(file("plot.svg")).toMatch(/^<svg .*restarted replica/s);
      expect((await riftcheck(args)).stdout).toBe(first.stdout);
      expect(file("result.json")).toBe(data);
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  test("refuses names that it does not know, and targets that no subject has", async () => {
    const unknown = await riftcheck(["experiment", "stalenes"]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      64,
      expect.stringContaining("did you mean staleness?"),
    ]);
    const nowhere = await riftcheck(["experiment", "catch-up", "--targets", "redis"]);
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([
      64,
      expect.stringContaining("no store to run it on"),
    ]);
  });
});

describe("metrics of a run", () => {
  const run = (...args: string[]) => {
    const out = mkdtempSync(join(tmpdir(), "riftcheck-metrics-"));
    const common = [
      "run",
      "sim-kv",
      "--time",
      "4s",
      "--rate",
      "100",
      "--seed",
      "1",
      "--out",
      out,
      "--anomalies",
      "0",
    ];
    return riftcheck([...common, ...args]).finally(() => rmSync(out, { recursive: true }));
  };

  test("raise alarms beyond their thresholds, which break the run only as a gate", async () => {
    const quiet = await run("--gate");
    expect([quiet.exitCode, quiet.stdout]).toEqual([0, expect.not.stringContaining("alarm")]);
    const strict = ["--replication-lag", "20", "--thresholds", "replication_lag_seconds=0"];
    const alarmed = await run(...strict);
    expect([alarmed.exitCode, alarmed.stdout]).toEqual([
      0,
      expect.stringMatching(/alarm +replication_lag_seconds .* above 0: the stalest read of n\d/),
    ]);
    expect((await run(...strict, "--gate")).exitCode).toBe(1);
  });

  test("know their names", async () => {
    const { exitCode, stderr } = await run("--thresholds", "replication_lag_second=1");
    expect([exitCode, stderr]).toEqual([
      64,
      expect.stringContaining("did you mean replication_lag_seconds?"),
    ]);
  });
});

test("a workload that a target lacks is made of reads and writes by the clients, if they are asked to", async () => {
  const out = mkdtempSync(join(tmpdir(), "riftcheck-made-"));
  try {
    const cart = [
      "run",
      "sim-kv",
      "--workload",
      "shopping-cart",
      "--time",
      "3s",
      "--rate",
      "100",
      "--seed",
      "1",
      "--out",
      out,
    ];
    const refused = await riftcheck(cart);
    expect([refused.exitCode, refused.stderr]).toEqual([
      64,
      expect.stringContaining("cannot perform the workload shopping-cart"),
    ]);
    const conditional = await riftcheck([...cart, "--updates", "conditional"]);
    expect(conditional.exitCode, "it has no compare-and-set either").toBe(64);
    const made = await riftcheck([...cart, "--updates", "rewrite"]);
    expect([made.exitCode, made.stdout]).toEqual([
      0,
      expect.stringMatching(/✗ violated +no-lost-writes +may break/),
    ]);
  } finally {
    rmSync(out, { recursive: true });
  }
});
