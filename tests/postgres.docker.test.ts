import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { HistoryEvent } from "#core/operation";
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

const eventsIn = (folder: string): HistoryEvent[] =>
  readFileSync(join(folder, "history.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as HistoryEvent);

describe.runIf(docker)("run postgres", () => {
  test("asynchronous: what a primary acknowledged while it was cut off is lost, by name", async () => {
    using out = temporaryFolder();
    const { verdict, exitCode, record } = await runTarget("postgres", out.path, CUT);
    expect(record.ended?.how).toBe("complete");
    expect(verdict.counts["lost-element"]).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
    expect(leftovers(out.path)).toBe("");
  });

  test("synchronous: another node is elected, and nothing that was acknowledged or shown is lost", async () => {
    using out = temporaryFolder();
    const { verdict, folder } = await runTarget("postgres", out.path, [...CUT, "--sync", "1"]);
    const events = eventsIn(folder);
    expect(verdict.counts["lost-element"] ?? 0, verdict.summary).toBe(0);
    expect(verdict.expectations.map(({ outcome }) => outcome)).not.toContain("broken");
    expect(events.filter(({ type, f }) => type === "ok" && f === "add").length).toBeGreaterThan(100);
    expect(["n2", "n3"].map((node) => logOf(folder, node)).join()).toMatch(/open for writes in term [2-9]/);
  });
});
