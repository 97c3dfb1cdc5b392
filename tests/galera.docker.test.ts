import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

describe.runIf(docker)("run galera", () => {
  test("reads that wait for the group are right, also on a node that is cut off", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode, record } = await runTarget("galera", out.path, [
      ...["--sync-wait", "7", "--workload", "session", "--faults", "partition-one", "--fault-duration", "6s"],
      ...["--time", "12s", "--rate", "100", "--op-timeout", "2s", "--seed", "1"],
    ]);
    expect(record.ended?.how).toBe("complete");
    expect(verdict.expectations.map(({ outcome }) => outcome)).not.toContain("broken");
    expect(exitCode, verdict.summary).toBe(0);
    expect(leftovers(out.path)).toBe("");
  });

  test("one node, repeatable read: who reads and writes back loses what others appended", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode } = await runTarget("galera", out.path, [
      ...["--nodes", "1", "--updates", "read-write", "--workload", "append", "--time", "5s"],
      ...["--rate", "100", "--op-timeout", "2s", "--seed", "1", "--expect", "no-lost-writes"],
    ]);
    expect(verdict.counts["lost-element"]).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
  });
});
