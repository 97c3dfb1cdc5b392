import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

describe.runIf(docker)("run rabbitmq", () => {
  test("quorum queues lose nothing that they confirmed when a node is cut off", async () => {
    using out = temporaryFolder();
    const { verdict, record, exitCode } = await runTarget("rabbitmq", out.path, [
      ...["--faults", "partition-one", "--time", "14s", "--fault-duration", "8s"],
      ...["--rate", "50", "--op-timeout", "3s", "--seed", "1"],
    ]);
    expect(record.ended?.how).toBe("complete");
    expect(verdict.models["no-lost-writes"]?.verdict, verdict.summary).toBe("satisfied");
    expect(exitCode).toBe(0);
    const stats = verdict.stats["queue"] as { acknowledged: number };
    expect(stats.acknowledged).toBeGreaterThan(50);
    expect(leftovers(out.path)).toBe("");
  });
});
