import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunRecord } from "#core/run";
import { requireDocker } from "./support/docker.ts";
import { riftcheck, startRiftcheck, temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, readJson, runRedis, until } from "./support/runs.ts";

const docker = await requireDocker();

const historyLines = (out: string): number => {
  const name = readdirSync(out).sort().at(-1);
  const path = name === undefined ? "" : join(out, name, "history.jsonl");
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
};

describe.runIf(docker)("a run that ends before its time", () => {
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
    const run = readdirSync(out.path).sort()[0] as string;
    const cleaned = await riftcheck(["clean", "--run", run]);
    expect(cleaned.stdout).toContain(`removed network riftcheck-${run}`);
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
