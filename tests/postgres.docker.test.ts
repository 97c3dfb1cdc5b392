import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

const CUT = [
  ...["--workload", "set", "--faults", "partition-leader", "--fault-duration", "8s", "--time", "14s"],
  ...["--rate", "150", "--op-timeout", "2s", "--seed", "1", "--expect", "no-lost-writes"],
];

const logOf = (folder: string, node: string): string =>
  readFileSync(join(folder, "logs", node, "postgres.log"), "utf8");

describe.runIf(docker)("run postgres", () => {
  test("asynchronous: what a primary acknowledged while it was cut off is lost, by name", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode, record } = await runTarget("postgres", out.path, CUT);
    expect(record.ended?.how).toBe("complete");
    expect(verdict.counts["lost-element"]).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
    expect(leftovers(out.path)).toBe("");
  });

  test("synchronous: another node is elected, and nothing is lost", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode, folder } = await runTarget("postgres", out.path, [...CUT, "--sync", "1"]);
    expect(verdict.models["no-lost-writes"]?.verdict, verdict.summary).toBe("satisfied");
    expect(exitCode).toBe(0);
    expect(["n2", "n3"].map((node) => logOf(folder, node)).join()).toMatch(/open for writes in term [2-9]/);
  });
});
