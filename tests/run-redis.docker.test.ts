import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runRedis } from "./support/runs.ts";

const docker = await requireDocker();

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

  test("a cluster's primary that is cut off loses what it took until the node timeout, and no more", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode } = await runRedis(out.path, [
      ...["--topology", "cluster", "--workload", "set", "--elements-per-set", "25", "--time", "14s"],
      ...["--faults", "partition-leader", "--fault-duration", "8s", "--rate", "300", "--seed", "1"],
      ...["--expect", "no-lost-writes,convergence"],
    ]);
    expect(verdict.models["convergence"]?.verdict).toBe("satisfied");
    expect(verdict.counts["lost-element"]).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
    const stats = verdict.stats["set"] as { lostElements: { node: string }[] };
    expect(new Set(stats.lostElements.map(({ node }) => node))).toEqual(new Set(["n1"]));
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
});
