import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ScriptedCase } from "../harness/hunt/case.ts";
import { requireDocker } from "./support/docker.ts";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, runTarget } from "./support/runs.ts";

const docker = await requireDocker();

/** A bug that needs no luck: what is removed on one node stays on the others. */
const BUG = ["--preset", "crdt", "--sets", "2p-set", "--bug", "2p-set-forgets-removes"];
const LOAD = ["--workload", "shopping-cart", "--time", "3s", "--rate", "40", "--clients", "3", "--seed", "1"];
const LENGTH = ["--faults", "none", "--converge-within", "3s", "--expect", "crdt-semantics"];

interface Shrunk {
  readonly runs: number;
  readonly shown: number;
  readonly tries: number;
  readonly case: ScriptedCase;
}

describe.runIf(docker)("a run in containers", () => {
  test("is shrunk to a few operations, which show the same in containers again", async () => {
    using out = temporaryFolder();
    const runs = join(out.path, "runs");
    const found = await runTarget("eventual", runs, ["--env", "docker", ...BUG, ...LOAD, ...LENGTH]);
    expect(found.exitCode, found.stderr).toBe(1);

    const small = join(out.path, "small.riftcheck.json");
    const limits = ["--tries", "2", "--budget", "30s"];
    const shrunk = await riftcheck(["shrink", found.folder, ...limits, "--out", small, "--json"]);
    expect(shrunk.exitCode, shrunk.stderr).toBe(1);
    const result = JSON.parse(shrunk.stdout) as Shrunk;
    expect(result.shown, shrunk.stderr).toBeGreaterThan(0);
    expect(result.tries).toBe(2);
    expect(result.case.load.operations.length, shrunk.stderr).toBeLessThanOrEqual(4);
    expect(result.case.ending.quiet).toBe(2_000_000_000);

    const again = join(out.path, "again");
    const flags = ["--env", "docker", "--times", "2", "--out", again, "--json"];
    const replayed = await riftcheck(["replay", small, ...flags]);
    const { shown, times } = JSON.parse(replayed.stdout) as { shown: number; times: number };
    expect([replayed.exitCode, times], replayed.stderr).toEqual([1, 2]);
    expect(shown, replayed.stderr).toBeGreaterThan(0);
    expect(leftovers(runs) + leftovers(again)).toBe("");
  });
});
