import { readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { MAIN, riftcheck, temporaryFolder } from "./support/riftcheck.ts";

const SHORT = ["--time", "5s", "--rate", "100", "--faults", "partition", "--seed", "3"];

const runIn = async (out: string, ...more: string[]) => {
  const result = await riftcheck(["run", "sim-kv", ...SHORT, "--out", out, ...more]);
  const name = readdirSync(out).sort().at(-1) as string;
  return { ...result, folder: join(out, name) };
};

describe("riftcheck", () => {
  test("offers the nearest name for a slip of the keyboard and exits with 64", async () => {
    for (const [args, offer] of [
      [["run", "sim-vk"], "did you mean sim-kv?"],
      [["run", "sim-kv", "--workload", "sesion"], "did you mean session?"],
      [["run", "sim-kv", "--faults", "partitoin"], "did you mean partition?"],
      [["list", "target"], "did you mean targets?"],
      [["run", "sim-kv", "--expect", "linearisable"], "did you mean linearizable?"],
      [["run", "sim-kv", "--reed-from", "any"], "--read-from"],
      [["chekc", "x"], "check"],
    ] as const) {
      const { exitCode, stderr } = await riftcheck(args);
      expect(stderr).toContain(offer);
      expect(exitCode).toBe(64);
    }
  });

  test("refuses values out of range, naming flag and expectation", async () => {
    const { exitCode, stderr } = await riftcheck(["run", "sim-kv", "--time", "soon"]);
    expect(stderr).toContain("--time: expected a duration such as 60s");
    expect(exitCode).toBe(64);
  });

  test("of a single node the clients can be cut off: of the partitions only that is left", async () => {
    using out = temporaryFolder();
    await riftcheck([
      ...["run", "sim-kv", "--nodes", "1", "--faults", "partition", "--time", "8s", "--seed", "1"],
      ...["--out", out.path],
    ]);
    const [run = ""] = readdirSync(out.path);
    const record = JSON.parse(readFileSync(join(out.path, run, "run.json"), "utf8")) as {
      schedule: { fault: string }[];
    };
    expect(new Set(record.schedule.map(({ fault }) => fault))).toEqual(new Set(["partition-clients"]));
  });

  test("refuses faults that cannot be, in one line, before anything starts", async () => {
    for (const [args, line] of [
      [
        ["redis", "--faults", "slow-node"],
        "--faults slow-node: not with --env docker: nodes cannot be made slow there",
      ],
      [
        ["etcd", "--faults", "clock"],
        "--faults clock: etcd cannot: it is written in Go, whose programs ask the kernel for the time, not the C library: no clock can be put between",
      ],
      [
        ["sim-kv", "--nodes", "2", "--faults", "partition-bridge"],
        "--faults partition-bridge: needs at least 3 nodes: --nodes 3",
      ],
      [
        ["sim-kv", "--nodes", "1", "--faults", "partition-one"],
        "--faults partition-one: needs at least 2 nodes: --nodes 2",
      ],
    ] as const) {
      const { exitCode, stderr } = await riftcheck(["run", ...args]);
      expect(stderr).toBe(`riftcheck: ${line}`);
      expect(exitCode).toBe(64);
    }
  });

  test("knows its version and what there is", async () => {
    expect((await riftcheck(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+$/);
    expect((await riftcheck(["list", "faults"])).stdout).toContain("partition-leader");
    expect((await riftcheck(["list", "faults"])).stdout).toMatch(/^clock-jump .* \(--env sim, docker\)$/m);
    expect((await riftcheck(["list", "targets"])).stdout).toContain("redis");
  });
});

describe("run sim-kv", () => {
  test("tells the command that repeats it, however it was called", async () => {
    using out = temporaryFolder();
    const words = ["run", "sim-kv", ...SHORT, "--out", out.path];
    const env = { RIFTCHECK_COMMAND: "bin/riftcheck" };
    const { stdout } = await execa(process.execPath, [MAIN, ...words], { reject: false, env });
    expect(stdout).toContain(`bin/riftcheck ${words.join(" ")}`);
  });

  test("leaves a complete run folder, and the same seed gives the same history", async () => {
    using out = temporaryFolder();
    const first = await runIn(out.path);
    const second = await runIn(out.path);
    expect(readdirSync(first.folder).sort()).toEqual(
      [
        "history.jsonl",
        "junit.xml",
        "logs",
        "metrics.json",
        "report.html",
        "run.json",
        "verdict.json",
      ].sort(),
    );
    expect(readFileSync(join(first.folder, "history.jsonl"))).toEqual(
      readFileSync(join(second.folder, "history.jsonl")),
    );
    const other = await riftcheck(["run", "sim-kv", ...SHORT.slice(0, -1), "4", "--out", out.path, "--json"]);
    expect(JSON.parse(other.stdout)).toHaveProperty("models");
  });

  test("exits by what was expected", async () => {
    using out = temporaryFolder();
    const strict = await runIn(
      out.path,
      "--read-from",
      "any",
      "--expect",
      "linearizable",
      "--workload",
      "session",
    );
    expect(strict.exitCode).toBe(1);
    expect(strict.stdout).toContain("linearizable");
    const loose = await runIn(out.path, "--read-from", "any", "--expect", "none");
    expect(loose.exitCode).toBe(0);
    const idle = await runIn(out.path, "--read-from", "any", "--expect", "none", "--min-ok", "1000000");
    expect(idle.exitCode).toBe(2);
    expect(idle.stdout).toContain("at least 1000000 are needed");
  });

  test("check and report judge the folder again and agree", async () => {
    using out = temporaryFolder();
    const { folder, exitCode } = await runIn(out.path);
    const before = JSON.parse(readFileSync(join(folder, "verdict.json"), "utf8")) as { models: unknown };
    const checked = await riftcheck(["check", folder, "--json"]);
    expect(checked.exitCode).toBe(exitCode);
    expect((JSON.parse(checked.stdout) as { models: unknown }).models).toEqual(before.models);
    writeFileSync(join(folder, "report.html"), "");
    await riftcheck(["report", folder]);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("<html");
  });

  test("a report written again asks for as much as the run did", async () => {
    using out = temporaryFolder();
    const { folder } = await runIn(out.path, "--read-from", "any", "--expect", "none", "--min-ok", "1000000");
    const again = await riftcheck(["report", folder]);
    expect(again.stdout).toContain("at least 1000000 are needed");
    const less = await riftcheck(["report", folder, "--min-ok", "10"]);
    expect(less.stdout).not.toContain("are needed");
  });
});

describe("check", () => {
  const good = [
    '{"riftcheck":1,"objects":[{"keys":"*","type":"register","order":"single-writer","uniqueWrites":true}],"nodes":["n1"]}',
    '{"index":0,"time":1,"process":0,"type":"invoke","f":"write","key":"x","value":1}',
    '{"index":1,"time":2,"process":0,"type":"ok","f":"write","key":"x","value":1}',
    '{"index":2,"time":3,"process":1,"type":"invoke","f":"read","key":"x","value":null}',
    '{"index":3,"time":4,"process":1,"type":"ok","f":"read","key":"x","value":1}',
  ];

  test("names file, line, field and expectation of a broken line, and goes on with the next file", async () => {
    using folder = temporaryFolder();
    const broken = join(folder.path, "broken.jsonl");
    const fine = join(folder.path, "fine.jsonl");
    writeFileSync(
      broken,
      `${[...good.slice(0, 2), good[2]?.replace('"time":2', '"time":"late"'), ...good.slice(3)].join("\n")}\n`,
    );
    writeFileSync(fine, `${good.join("\n")}\n`);
    const { stdout, stderr, exitCode } = await riftcheck(["check", broken, fine, "--json"]);
    expect(stderr).toContain(`${broken}:3: field "time"`);
    expect(JSON.parse(stdout)).toMatchObject({ file: fine, valid: true });
    expect(exitCode).toBe(64);
  });

  test("says in a line that a file cannot be read, and goes on with the next file", async () => {
    using folder = temporaryFolder();
    const loop = join(folder.path, "loop.jsonl");
    const fine = join(folder.path, "fine.jsonl");
    symlinkSync(loop, loop);
    writeFileSync(fine, `${good.join("\n")}\n`);
    const { stdout, stderr, exitCode } = await riftcheck(["check", loop, fine, "--json"]);
    expect(stderr).toContain(`${loop} cannot be read: ELOOP`);
    expect(JSON.parse(stdout)).toMatchObject({ file: fine, valid: true });
    expect(exitCode).toBe(64);
  });

  test("accepts a torn last line with a warning", async () => {
    using folder = temporaryFolder();
    const torn = join(folder.path, "torn.jsonl");
    writeFileSync(torn, `${good.join("\n").slice(0, -20)}`);
    const { stdout, exitCode } = await riftcheck(["check", torn, "--json"]);
    expect((JSON.parse(stdout) as { warnings: string[] }).warnings.join()).toMatch(/torn/);
    expect(exitCode).toBe(0);
  });

  test("finds what is broken and says it in a sentence", async () => {
    using folder = temporaryFolder();
    const stale = join(folder.path, "stale.jsonl");
    writeFileSync(
      stale,
      `${good
        .join("\n")
        .replace('"key":"x","value":1}', '"key":"x","value":1}')
        .replace(/"value":1}$/, '"value":null}')}\n`,
    );
    const { stdout, exitCode } = await riftcheck(["check", stale]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("linearizable");
  });

  test("says that a file is not there", async () => {
    const { stderr, exitCode } = await riftcheck(["check", "no-such-file.jsonl"]);
    expect(stderr).toContain("no-such-file.jsonl");
    expect(exitCode).toBe(64);
  });
});

describe("demo", () => {
  test("finds the planted stale reads and says where the report is", async () => {
    using out = temporaryFolder();
    const { stdout, exitCode } = await riftcheck(["demo", "--out", out.path]);
    expect(stdout).toMatch(/The planted flaw was found: \d+ stale reads/);
    expect(stdout).toContain("report.html");
    expect(exitCode).toBe(0);
  });
});
