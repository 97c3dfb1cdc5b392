import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

describe.runIf(docker)("run zookeeper", () => {
  test("quorum reads are linearizable while a follower or the leader is cut off", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode, record } = await runTarget("zookeeper", out.path, [
      ...["--reads", "quorum", "--faults", "partition-one", "--fault-duration", "4s"],
      ...["--time", "14s", "--seed", "1"],
    ]);
    expect(verdict.valid, verdict.summary).toBe(true);
    expect(exitCode).toBe(0);
    expect(verdict.models["linearizable"]?.verdict).toBe("satisfied");
    expect(verdict.models["sequential"]?.verdict).toBe("satisfied");
    expect(record.ended?.how).toBe("complete");
    expect(leftovers(out.path)).toBe("");
  });
});
