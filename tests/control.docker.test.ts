import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import type { RunRecord, VerdictDocument } from "#core/run";
import { requireDocker } from "./support/docker.ts";
import { MAIN, ROOT } from "./support/projects.ts";
import { temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, readJson } from "./support/runs.ts";

const docker = await requireDocker();

const controlled = (args: readonly string[]) =>
  execa(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    reject: false,
    env: { NO_COLOR: "1", RIFTCHECK_CONTROL: "container" },
  });

const containers = (): string =>
  execFileSync("docker", ["ps", "-a", "-q", "--filter", "name=riftcheck-control-"], { encoding: "utf8" });

describe.runIf(docker)("a run that is controlled from a container", () => {
  test("breaks a target of the user's, heals it, and brings its folder here", async () => {
    using out = temporaryFolder();
    const faults = [
      "--faults",
      "kill-leader",
      "--fault-duration",
      "6s",
      "--time",
      "12s",
      "--min-ok",
      "1",
      "--min-during-fault",
      "0",
    ];
    const target = "./examples/http-kv/http-kv.ts";
    const { exitCode, stdout, stderr } = await controlled([
      "run",
      target,
      "--out",
      out.path,
      "--seed",
      "1",
      ...faults,
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("the run is controlled from a container");
    const [name] = readdirSync(out.path) as [string];
    expect(stdout).toContain(join(out.path, name, "report.html"));
    expect(existsSync(join(out.path, name, "report.html"))).toBe(true);
    expect(readFileSync(join(out.path, name, "logs/n1/server.log"), "utf8")).toContain("listening");
    expect(readJson<RunRecord>(out.path, name, "run.json").command).toMatch(
      /run \.\/examples\/http-kv\/http-kv\.ts/,
    );
    expect(readJson<VerdictDocument>(out.path, name, "verdict.json").valid).toBe(true);
    expect(leftovers(out.path)).toBe("");
    expect(containers()).toBe("");
  });

  test("refuses what names files of this machine", async () => {
    const { exitCode, stderr } = await controlled(["run", "redis", "--summary", "x.md"]);
    expect(stderr).toMatch(
      /^riftcheck: --summary is not possible where the control process runs in a container$/m,
    );
    expect(exitCode).toBe(64);
  });
});
