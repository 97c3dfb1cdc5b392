import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FaultEvent } from "#core/operation";
import { tagOf } from "../harness/cluster/docker/images.ts";
import { requireDocker } from "./support/docker.ts";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";
import { runTarget } from "./support/runs.ts";

const docker = await requireDocker();
const run = (...args: readonly string[]): string => execFileSync("docker", args, { encoding: "utf8" }).trim();

/** A primary with a replica, started as anybody would, without riftcheck. */
const NAME = `kit-${randomUUID().slice(0, 8)}`;
const NODES = [`${NAME}-a`, `${NAME}-b`];
/** Outside the range that riftcheck takes its networks from. */
const SUBNET = `10.62.${Number.parseInt(NAME.slice(4, 6), 16)}`;
const hostOf = (node: string): string => `${SUBNET}.${NODES.indexOf(node) + 10}`;

const STOP = {
  start: "docker kill $NODE",
  verify: `[ "$(docker inspect -f '{{.State.Running}}' $NODE)" = false ]`,
  heal: "docker start $NODE",
};

function clusterFile(folder: string, faults: object): string {
  const file = join(folder, "cluster.json");
  const nodes = Object.fromEntries(NODES.map((node) => [node, `${hostOf(node)}:6379`]));
  writeFileSync(file, JSON.stringify({ nodes, faults, logs: "docker logs $NODE" }));
  return file;
}

const running = (): string[] => NODES.map((node) => run("inspect", "-f", "{{.State.Running}}", node));

const faultsIn = (history: string): FaultEvent[] =>
  history
    .split("\n")
    .filter((line) => line.includes('"f":"fault"'))
    .map((line) => (JSON.parse(line) as { readonly value: FaultEvent }).value);

describe.runIf(docker)("a cluster that already runs", () => {
  beforeAll(() => {
    run("network", "create", "--subnet", `${SUBNET}.0/24`, NAME);
    for (const [i, node] of NODES.entries()) {
      const follow = i === 0 ? [] : ["--replicaof", hostOf(NODES[0] as string), "6379"];
      const server = [
        "redis-server",
        "--bind",
        "0.0.0.0",
        "--protected-mode",
        "no",
        "--repl-diskless-sync-delay",
        "0",
      ];
      const durable = ["--appendonly", "yes", "--appendfsync", "always", "--dir", "/tmp"];
      const place = ["--name", node, "--network", NAME, "--ip", hostOf(node)];
      run("run", "-d", ...place, tagOf({ folder: "redis" }), ...server, ...durable, ...follow);
    }
  });
  afterAll(() => {
    run("rm", "-f", "-v", ...NODES);
    run("network", "rm", NAME);
  });

  const settings = [
    "--env",
    "existing",
    "--appendfsync",
    "always",
    "--time",
    "12s",
    "--clients",
    "4",
    // How much is done before and during the fault is a matter of the machine's load.
    ...["--min-ok", "10", "--min-during-fault", "0"],
  ];

  test("is broken and healed by the user's commands, and read as if it were new", async () => {
    using out = temporaryFolder();
    using files = temporaryFolder();
    const file = clusterFile(files.path, { "stop-server": { ...STOP, on: "all", like: "kill" } });
    // One fault: docker commands may take seconds on a loaded machine.
    const faults = ["--faults", "stop-server", "--fault-duration", "6s"];
    for (const seed of ["1", "1"]) {
      const args = [...settings, "--cluster", file, ...faults, "--seed", seed];
      const { exitCode, verdict, record, stderr, folder } = await runTarget("redis", out.path, args);
      expect(verdict.summary).not.toBe("");
      expect(exitCode, stderr + verdict.summary).toBe(0);
      expect(record.environment).toBe("existing");
      expect(record.nodes).toEqual(NODES);
      const events = faultsIn(readFileSync(join(folder, "history.jsonl"), "utf8"));
      expect(events.map(({ fault, phase }) => [fault, phase])).toEqual(
        ["start", "started", "healing", "healed"].map((phase) => ["stop-server", phase]),
      );
      expect(events.at(-1)?.effect).toMatchObject({ hadEffect: true });
      expect(readFileSync(join(folder, "logs", NODES[0] as string, "store.log"), "utf8")).toContain(
        "Ready to accept connections",
      );
    }
    expect(running()).toEqual(["true", "true"]);
  });

  test("addresses alone are enough for a run without faults", async () => {
    using out = temporaryFolder();
    const addresses = NODES.map((node) => `${hostOf(node)}:6379`).join(",");
    const args = [...settings, "--nodes", addresses, "--time", "3s", "--workload", "set"];
    const { exitCode, stderr, record } = await runTarget("redis", out.path, args);
    expect(exitCode, stderr).toBe(0);
    expect(record.nodes).toEqual(["n1", "n2"]);
  });

  test.each<[string, object, RegExp]>([
    [
      "a start that fails",
      { ...STOP, start: "echo no such machine >&2; exit 4" },
      /bad on \S+ could not be started: the command ended with 4: no such machine/,
    ],
    [
      "a heal that fails",
      { ...STOP, start: "true", verify: "true", heal: "echo cannot >&2; exit 5" },
      /bad on \S+ could not be healed: the cluster is still broken: the command ended with 5: cannot/,
    ],
  ])("%s ends the run with one clear line, and what was begun is healed", async (_, commands, message) => {
    using out = temporaryFolder();
    using files = temporaryFolder();
    const file = clusterFile(files.path, { bad: { ...commands, on: "all" } });
    const args = ["run", "redis", ...settings, "--cluster", file, "--faults", "bad", "--out", out.path];
    const { exitCode, stderr } = await riftcheck(args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(3);
    expect(running()).toEqual(["true", "true"]);
  });

  test.each<[readonly string[], RegExp]>([
    [["--nodes", "10.62.0.1:6379", "--faults", "kill"], /does not break by itself what it did not start/],
    [["--nodes", "10.62.0.1:70000"], /expected host or host:port/],
    [[], /expected --nodes host:port,… or --cluster <file>/],
    [["--cluster", "/nowhere.json"], /there is no file/],
  ])("%j is refused", async (args, message) => {
    const { exitCode, stderr } = await riftcheck(["run", "redis", "--env", "existing", ...args]);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(64);
  });
});
