import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readCase } from "../harness/hunt/case-file.ts";
import { parseHistory } from "../harness/history/read-history.ts";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";

const HUNT = [
  "hunt",
  "sim-kv",
  "--workload",
  "set",
  "--faults",
  "partition-leader",
  "--expect",
  "no-lost-writes",
];

interface HuntJson {
  readonly runs: number;
  readonly finds: readonly { readonly run: number; readonly file: string; readonly shows: unknown }[];
}

const eventLines = (folder: string): string[] =>
  readFileSync(join(folder, "history.jsonl"), "utf8").split("\n").slice(1);

const onlyFolder = (out: string): string =>
  join(out, readdirSync(out).find((name) => name.includes("sim-kv")) ?? "");

/** Each test starts the command several times, and a busy machine takes its time. */
const PATIENCE = { timeout: 180_000 };

describe("hunt", PATIENCE, () => {
  test("finds what asynchronous replication loses, shrinks it to a handful, and replays it 100 of 100 times", async () => {
    using out = temporaryFolder();
    const { exitCode, stdout } = await riftcheck([...HUNT, "--seed", "1", "--out", out.path]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("lost-element (no-lost-writes)");
    expect(stdout).toMatch(/1 {2}.*client 0 {2}add x 1|nemesis {3}partition-leader begins/);
    const name = readdirSync(out.path).find((file) => file.endsWith(".riftcheck.json")) ?? "";
    const path = join(out.path, name);
    const { nodes, load, schedule, ending } = readCase(path);
    if (load.kind !== "scripted") throw new Error("the case has no script");
    expect(nodes.length).toBeLessThanOrEqual(3);
    expect(new Set(load.operations.map(({ client }) => client)).size).toBeLessThanOrEqual(3);
    expect(load.operations.length).toBeLessThanOrEqual(8);
    expect(schedule.length).toBeLessThanOrEqual(2);
    expect(load.finalReads.length).toBeGreaterThan(0);
    expect(ending.quiet).toBeLessThan(30_000_000_000);

    const again = await riftcheck(["replay", path, "--times", "100"]);
    expect(again.stdout).toContain("shows in 100 of 100 runs: lost-element (no-lost-writes)");
    expect(again.stdout).toContain("every history the same, byte for byte");
    expect(again.exitCode).toBe(1);
  });

  test("finds the same with any number of threads, and a run again by its number", async () => {
    using out = temporaryFolder();
    const finds = async (...more: string[]): Promise<HuntJson> => {
      const common = ["--seed", "5", "--no-shrink", "--json", "--out", out.path];
      return JSON.parse((await riftcheck([...HUNT, ...common, ...more])).stdout) as HuntJson;
    };
    const one = await finds("--workers", "1");
    const { run, file } = one.finds[0]!;
    const found = readFileSync(file, "utf8");
    expect((await finds("--workers", "3")).finds).toEqual(one.finds);
    const again = await finds("--case", String(run));
    expect(again.runs).toBe(1);
    expect(readFileSync(again.finds[0]!.file, "utf8")).toBe(found);
  });

  test("finds nothing where a majority has every write", async () => {
    using out = temporaryFolder();
    const majority = ["hunt", "sim-kv", "--replication", "majority", "--read-from", "primary", "--seed", "5"];
    const { exitCode, stdout } = await riftcheck([...majority, "--runs", "60", "--out", out.path]);
    expect(stdout).toContain("nothing found");
    expect(exitCode).toBe(0);
    expect(existsSync(out.path) && readdirSync(out.path)).toEqual([]);
  });

  test("collects one run of each kind of anomaly with --keep-going", async () => {
    using out = temporaryFolder();
    const all = ["--keep-going", "--runs", "40", "--seed", "3", "--no-shrink", "--json", "--out", out.path];
    const { stdout } = await riftcheck(["hunt", "sim-kv", "--model", "linearizable,no-lost-writes", ...all]);
    const { runs, finds } = JSON.parse(stdout) as HuntJson;
    expect(runs).toBe(40);
    expect(finds.map(({ shows }) => JSON.stringify(shows))).toEqual([
      ...new Set(finds.map(({ shows }) => JSON.stringify(shows))),
    ]);
    expect(finds.length).toBeGreaterThan(2);
  });

  test.each([
    [["hunt", "redis"], "redis does not run in simulation, only in: docker"],
    [["hunt", "sim-kv", "--anomaly", "lost-wirte"], "did you mean lost-write?"],
    [["hunt", "sim-kv", "--runs", "0"], "--runs: expected a number of at least 1"],
    [["hunt", "sim-kv", "--expect", "none"], "promises nothing that could be broken"],
    [["replay", "nothing.riftcheck.json"], "there is no nothing.riftcheck.json"],
    [["shrink", "nothing"], "there is no nothing"],
  ])("%j", async (args, expected) => {
    const { exitCode, stderr } = await riftcheck(args);
    expect(stderr).toContain(expected);
    expect(exitCode).toBe(64);
  });
});

describe("replay", PATIENCE, () => {
  test("ends with 0 where the anomaly does not show any more, and names what a version lacks", async () => {
    using out = temporaryFolder();
    await riftcheck([...HUNT, "--seed", "1", "--out", out.path]);
    const path = join(out.path, readdirSync(out.path)[0]!);
    const one = readCase(path);
    writeFileSync(path, JSON.stringify({ ...one, riftcheck: "0.0.1", schedule: [] }));
    const mended = await riftcheck(["replay", path]);
    expect(mended.stdout).toContain("does not show: lost-element (no-lost-writes)");
    expect(mended.stdout).toContain("was written by riftcheck 0.0.1");
    expect(mended.exitCode).toBe(0);
    writeFileSync(path, JSON.stringify({ ...one, target: "sim-kw" }));
    const unknown = await riftcheck(["replay", path]);
    expect(unknown.stderr).toContain('unknown target "sim-kw"');
    expect(unknown.exitCode).toBe(64);
    const faults = one.schedule.map((fault) => ({ ...fault, fault: "earthquake" }));
    writeFileSync(path, JSON.stringify({ ...one, schedule: faults }));
    const strange = await riftcheck(["replay", path]);
    expect(strange.stderr).toContain('unknown fault "earthquake"');
    expect(strange.exitCode).toBe(64);
  });

  test("does a recorded run again, event by event, under a rate too, and its operations against another store", async () => {
    using out = temporaryFolder();
    const flags = [
      "--time",
      "5s",
      "--rate",
      "60",
      "--faults",
      "partition",
      "--seed",
      "3",
      "--expect",
      "none",
    ];
    await riftcheck(["run", "sim-kv", ...flags, "--out", join(out.path, "first")]);
    const first = onlyFolder(join(out.path, "first"));
    const again = await riftcheck(["replay", first, "--out", join(out.path, "again")]);
    expect(again.exitCode).toBe(0);
    expect(eventLines(onlyFolder(join(out.path, "again")))).toEqual(eventLines(first));

    const history = join(first, "history.jsonl");
    const elsewhere = ["--target", "sim-kv", "--replication", "majority", "--read-from", "primary"];
    const other = await riftcheck([
      "replay",
      history,
      ...elsewhere,
      "--json",
      "--out",
      join(out.path, "other"),
    ]);
    const verdict = JSON.parse(other.stdout) as { models: Record<string, { verdict: string }> };
    expect(verdict.models["convergence"]?.verdict).toBe("satisfied");
    const asked = parseHistory(readFileSync(history, "utf8"));
    const done = parseHistory(
      readFileSync(join(onlyFolder(join(out.path, "other")), "history.jsonl"), "utf8"),
    );
    const writes = (of: typeof asked): number =>
      Array.from({ length: of.length }, (_, row) => of.operation(row)).filter(({ f }) => f === "write")
        .length;
    expect(writes(done)).toBe(writes(asked));
  });
});

describe("shrink", PATIENCE, () => {
  test("a run of the simulation to a regression file, a history to the operations that show the anomaly", async () => {
    using out = temporaryFolder();
    const flags = ["--time", "8s", "--rate", "60", "--faults", "partition", "--seed", "7"];
    const expected = ["--expect", "monotonic-reads", "--out", join(out.path, "runs")];
    await riftcheck(["run", "sim-kv", "--workload", "session", ...flags, ...expected]);
    const folder = onlyFolder(join(out.path, "runs"));
    const run = await riftcheck(["shrink", folder]);
    expect(run.exitCode, run.stderr).toBe(1);
    expect(run.stdout).toContain("monotonic-reads (monotonic-reads)");
    const small = join(folder, "shrunk.riftcheck.json");
    const { load } = readCase(small);
    if (load.kind !== "scripted") throw new Error("the case has no script");
    expect(load.operations.length).toBeLessThanOrEqual(4);
    expect((await riftcheck(["replay", small])).exitCode).toBe(1);

    const path = join(out.path, "small.jsonl");
    const history = join(folder, "history.jsonl");
    const part = await riftcheck(["shrink", history, "--anomaly", "monotonic-reads", "--out", path]);
    expect(part.exitCode, part.stderr).toBe(1);
    const left = parseHistory(readFileSync(path, "utf8"));
    expect(left.length).toBeLessThanOrEqual(4);
    const judged = await riftcheck(["check", path, "--expect", "monotonic-reads"]);
    expect(judged.exitCode).toBe(1);
    const valid = await riftcheck(["shrink", history, "--anomaly", "lost-element"]);
    expect(valid.stderr).toContain("shows no lost-element");
    expect(valid.exitCode).toBe(64);
  });
});
