import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

describe.runIf(docker)("run etcd", () => {
  test("registers are linearizable while nodes are cut off and killed", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode, record } = await runTarget("etcd", out.path, [
      ...["--faults", "partition-one,kill-one", "--fault-duration", "3s", "--time", "14s", "--seed", "1"],
    ]);
    expect(verdict.valid, verdict.summary).toBe(true);
    expect(exitCode).toBe(0);
    expect(verdict.models["linearizable"]?.verdict).toBe("satisfied");
    expect(verdict.models["convergence"]?.verdict).toBe("satisfied");
    expect(record.ended?.how).toBe("complete");
    expect(leftovers(out.path)).toBe("");
  });

  test("two hold a lock whose lease is shorter than a stall, and fencing keeps the resource whole", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode } = await runTarget("etcd", out.path, [
      ...["--workload", "lock", "--stall-ratio", "0.2", "--stall", "3500", "--fencing", "on"],
      ...["--time", "12s", "--seed", "1"],
    ]);
    expect(verdict.anomalies.map(({ key }) => key?.split("-")[0])).toContain("lock");
    const found = new Map(
      verdict.expectations.map(({ objects, outcome, is }) => [objects, `${is}, ${outcome}`]),
    );
    expect(found).toEqual(
      new Map([
        ["lock-*", "may-break, met"],
        ["resource-*", "holds, met"],
      ]),
    );
    expect(exitCode).toBe(0);
  });
});
