import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

describe.runIf(docker)("run nats", () => {
  test("sets go on under a partition of the leader, and every replica is read", async () => {
    using out = temporaryFolder();
    const { verdict, record, exitCode } = await runTarget("nats", out.path, [
      ...["--workload", "set", "--faults", "partition-leader", "--time", "14s", "--fault-duration", "8s"],
      ...["--elements-per-set", "50", "--rate", "100", "--op-timeout", "2s", "--converge-within", "5s"],
      ...["--seed", "1"],
    ]);
    expect(record.ended?.how).toBe("complete");
    expect(verdict.valid, verdict.summary).toBe(true);
    expect(exitCode).toBe(0);
    const stats = verdict.stats["set"] as { acknowledged: number; lost: number };
    expect(stats.acknowledged).toBeGreaterThan(100);
    expect(stats.lost).toBe(0);
    expect(verdict.models["convergence"]?.verdict).toMatch(/^(satisfied|violated)$/);
    expect(leftovers(out.path)).toBe("");
  });

  // Nothing is acknowledged after the fault, which lasts to the end: the first messages after such a start may be lost for another reason.
  test.each([
    ["what no disk has is gone when all lose their power", [], "violated"],
    ["what was acknowledged is there where writes wait for the disk", ["--sync-mount"], "satisfied"],
  ] as const)("%s", async (_, options, expected) => {
    using out = temporaryFolder();
    const { verdict } = await runTarget("nats", out.path, [
      ...["--workload", "queue", "--enqueue-ratio", "0.8", "--faults", "power-all", "--time", "9s"],
      ...["--fault-duration", "6s", "--rate", "100", "--op-timeout", "3s", "--seed", "1", ...options],
    ]);
    expect(verdict.models["no-lost-writes"]?.verdict, verdict.summary).toBe(expected);
  });

  test("a queue loses nothing when its leader is killed", async () => {
    using out = temporaryFolder();
    const { verdict } = await runTarget("nats", out.path, [
      ...["--workload", "queue", "--faults", "kill-leader", "--time", "12s", "--fault-duration", "5s"],
      ...["--rate", "100", "--op-timeout", "3s", "--seed", "1"],
    ]);
    expect(verdict.models["no-lost-writes"]?.verdict, verdict.summary).toBe("satisfied");
  });
});
