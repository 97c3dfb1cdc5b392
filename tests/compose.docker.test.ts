import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { requireDocker } from "./support/docker.ts";
import { ROOT } from "./support/projects.ts";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();
const EXAMPLE = join(ROOT, "examples/compose/compose.yaml");

describe.runIf(docker)("a Compose file as a target", () => {
  test("services are nodes: started as the file says, reachable by name, broken and healed", async () => {
    using out = temporaryFolder();
    const faults = ["--faults", "kill-leader,partition-leader", "--fault-duration", "2s", "--time", "10s"];
    const { record, verdict, exitCode, stderr, folder } = await runTarget(EXAMPLE, out.path, [
      ...faults,
      ...["--seed", "1"],
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(record.nodes).toEqual(["alpha", "beta", "gamma"]);
    expect(verdict.models["linearizable"]?.verdict).toBe("satisfied");
    expect(readFileSync(join(folder, "logs/beta/beta.log"), "utf8")).toMatch(
      /^one of three servers\nlistening\n/,
    );
    expect(leftovers(out.path)).toBe("");
  });

  test("what cannot be done is said by its line; so is a module that is missing", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "compose.yml");
    writeFileSync(file, "services:\n  db:\n    image: x\n    privileged: true\n");
    const unsupported = await riftcheck(["run", file, "--out", folder.path]);
    expect(unsupported.exitCode).toBe(64);
    expect(unsupported.stderr).toMatch(
      /^riftcheck: .*compose\.yml:4: services\.db\.privileged is not supported\n/,
    );
    writeFileSync(file, "services:\n  db:\n    image: x\n");
    const alone = await riftcheck(["run", file, "--out", folder.path]);
    expect(alone.exitCode).toBe(64);
    expect(alone.stderr).toMatch(/expected the module .*compose\.target\.ts beside it/);
    const many = await riftcheck(["run", EXAMPLE, "--nodes", "4", "--out", folder.path]);
    expect(many.exitCode).toBe(64);
    expect(many.stderr).toMatch(/compose\.yaml has 3 services, too few for 4 nodes/);
  });
});
