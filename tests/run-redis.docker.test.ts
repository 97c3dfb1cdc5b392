import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RunRecord, VerdictDocument } from "#core/run";
import { requireDocker } from "./support/docker.ts";
import { riftcheck, startRiftcheck, temporaryFolder } from "./support/riftcheck.ts";

const docker = await requireDocker();

const readJson = <T>(...path: string[]): T => JSON.parse(readFileSync(join(...path), "utf8")) as T;

interface Redis {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly folder: string;
  readonly verdict: VerdictDocument;
  readonly record: RunRecord;
}

async function runRedis(out: string, args: readonly string[]): Promise<Redis> {
  const result = await riftcheck(["run", "redis", "--out", out, ...args]);
  const name = readdirSync(out).sort().at(-1);
  if (name === undefined) throw new Error(`no run folder: ${result.stderr}`);
  const folder = join(out, name);
  if (!existsSync(join(folder, "verdict.json"))) throw new Error(`no verdict: ${result.stderr}`);
  return {
    ...result,
    folder,
    verdict: readJson(folder, "verdict.json"),
    record: readJson(folder, "run.json"),
  };
}

/** Everything on the engine that the runs under `out` have left, images aside. */
function leftovers(out: string): string {
  return readdirSync(out)
    .map((run) => {
      const ls = (...args: string[]) =>
        execFileSync("docker", [...args, "--filter", `label=riftcheck=${run}`, "-q"], { encoding: "utf8" });
      return ls("ps", "-a") + ls("network", "ls") + ls("volume", "ls");
    })
    .join("");
}

/** Waits for a condition of another process, for at most a minute: that is longer than any start-up. */
async function until(what: string, condition: () => boolean): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (condition()) return;
    await delay(100);
  }
  throw new Error(`waited a minute for: ${what}`);
}

const historyLines = (out: string): number => {
  const name = readdirSync(out).sort().at(-1);
  const path = name === undefined ? "" : join(out, name, "history.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
};

describe.runIf(docker)("run redis", () => {
  test("sentinel loses acknowledged adds when the leader is cut off, and names them", async () => {
    using out = temporaryFolder();
    const { verdict, stdout, exitCode, folder } = await runRedis(out.path, [
      ...["--topology", "sentinel", "--workload", "set", "--faults", "partition-leader", "--time", "14s"],
      ...["--fault-duration", "9s", "--rate", "300", "--seed", "1", "--expect", "no-lost-writes"],
    ]);
    expect(verdict.counts["lost-element"]).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("no-lost-writes");
    const stats = verdict.stats["set"] as { lostElements: { acknowledgedAt: number; node: string }[] };
    expect(stats.lostElements[0]?.acknowledgedAt).toBeGreaterThan(0);
    expect(stats.lostElements[0]?.node).toMatch(/^n[123]$/);
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("lost");
    expect(leftovers(out.path)).toBe("");
  });

  test("reads from replicas go back in time under partitions", async () => {
    using out = temporaryFolder();
    const { verdict } = await runRedis(out.path, [
      ...["--read-from", "replica", "--workload", "session", "--faults", "partition,pause", "--time", "10s"],
      ...["--clients", "4", "--seed", "2", "--expect", "none"],
    ]);
    expect(verdict.models["monotonic-reads"]?.verdict).toBe("violated");
    expect(verdict.models["read-your-writes"]?.verdict).toBe("violated");
  });

  test("the negative control: reads from the primary without failover break nothing", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode, record } = await runRedis(out.path, [
      ...[
        "--appendfsync",
        "always",
        "--faults",
        "partition,pause,kill",
        "--time",
        "30s",
        "--rate",
        "300",
        "--seed",
        "3",
      ],
    ]);
    expect(verdict.expectations.map(({ outcome }) => outcome)).not.toContain("broken");
    expect(verdict.valid, verdict.summary).toBe(true);
    expect(exitCode).toBe(0);
    expect(record.ended?.how).toBe("complete");
  });

  test("kill: data is there with an append-only file, and missing without persistence", async () => {
    using out = temporaryFolder();
    const common = [
      "--workload",
      "set",
      "--faults",
      "kill-leader",
      "--time",
      "12s",
      "--rate",
      "200",
      "--seed",
      "4",
    ];
    const kept = await runRedis(out.path, [...common, "--appendfsync", "always"]);
    expect(kept.verdict.models["no-lost-writes"]?.verdict).toBe("satisfied");
    expect(kept.verdict.notes?.join(" ")).toMatch(/(\d) of \1 confirmed.*the data was there/s);
    const gone = await runRedis(out.path, [...common, "--appendfsync", "off"]);
    expect(gone.verdict.models["no-lost-writes"]?.verdict).toBe("violated");
    expect(gone.verdict.notes?.join(" ")).toContain("data was missing");
  });

  test("kill -9 of the harness leaves a readable history; clean removes the cluster; the next run is unaffected", async () => {
    using out = temporaryFolder();
    const child = startRiftcheck(["run", "redis", "--time", "60s", "--rate", "200", "--out", out.path]);
    await until("200 recorded events", () => historyLines(out.path) > 200);
    child.kill("SIGKILL");
    await child;
    expect(leftovers(out.path)).not.toBe("");
    const folder = join(out.path, readdirSync(out.path).sort().at(-1) as string);
    const checked = await riftcheck(["check", join(folder, "history.jsonl"), "--json", "--expect", "none"]);
    expect(checked.exitCode).toBe(0);
    const next = await runRedis(out.path, [
      "--time",
      "3s",
      "--rate",
      "100",
      "--nodes",
      "1",
      "--workload",
      "session",
    ]);
    expect(next.verdict.valid, next.verdict.summary).toBe(true);
    const cleaned = await riftcheck(["clean"]);
    expect(cleaned.stdout).toContain("removed");
    expect(leftovers(out.path)).toBe("");
  });

  test("Ctrl-C in the middle of a fault heals, checks what was recorded, removes the cluster and exits with 130", async () => {
    using out = temporaryFolder();
    const child = startRiftcheck([
      ...["run", "redis", "--time", "60s", "--rate", "200", "--faults", "partition-leader"],
      ...["--fault-duration", "40s", "--out", out.path],
    ]);
    const started = () => {
      const name = readdirSync(out.path).sort().at(-1);
      const path = name === undefined ? "" : join(out.path, name, "history.jsonl");
      return existsSync(path) && readFileSync(path, "utf8").includes('"phase":"started"');
    };
    await until("a fault in force", started);
    child.kill("SIGINT");
    const { exitCode, stderr } = await child;
    expect(exitCode, String(stderr)).toBe(130);
    const folder = join(out.path, readdirSync(out.path)[0] as string);
    expect(readFileSync(join(folder, "history.jsonl"), "utf8")).toContain('"phase":"healed"');
    expect(readJson<RunRecord>(folder, "run.json").ended?.how).toBe("interrupted");
    expect(existsSync(join(folder, "report.html"))).toBe(true);
    expect(leftovers(out.path)).toBe("");
  });

  test("a full disk stops the run, heals it and says so", async () => {
    using mounted = smallDisk();
    const { exitCode, stderr } = await riftcheck([
      ...["run", "redis", "--nodes", "1", "--workload", "session", "--time", "60s", "--out", mounted.path],
    ]);
    expect(stderr).toContain("the disk is full");
    expect(exitCode).toBe(3);
    expect(leftovers(mounted.path)).toBe("");
  });
});

/** A file system of 1 MB, in memory. */
function smallDisk(): Disposable & { readonly path: string } {
  const folder = temporaryFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path]);
  return {
    path: folder.path,
    [Symbol.dispose]: () => {
      execFileSync("umount", [folder.path]);
      folder[Symbol.dispose]();
    },
  };
}
