import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { RunRecord } from "#core/run";
import { tagOf } from "../harness/cluster/docker/images.ts";
import { requireDocker } from "./support/docker.ts";
import { linkDependencies } from "./support/projects.ts";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, readJson } from "./support/runs.ts";

const docker = await requireDocker();
const IMAGE = { folder: "", name: tagOf({ folder: "redis" }) };

/** A target whose nodes run this command in Debian's image of Redis, and whose clients answer by themselves. */
const module = (command: readonly string[], leader = ""): string => `
import { z } from "zod";
import { silentNodes, type Target } from "riftcheck/target";
const data = new Map();
export const target: Target<object> = {
  name: "failing", summary: "fails", options: z.object({}), workloads: ["session"],
  defaults: { nodes: 2, clients: 2, workload: "session" },
  environments: { docker: (_options, nodes) => ({
    image: ${JSON.stringify(IMAGE)}, ports: { client: 6379 },
    nodes: nodes.map(({ node }) => ({ node, processes: [{ name: "server", command: ${JSON.stringify(command)} }] })),
  }) },
  claims: () => [],
  createClient: () => ({
    invoke: async ({ f, key = "", value, node = "n1" }) => {
      await new Promise((done) => setTimeout(done, 5));
      return f === "write" ? (data.set(key, value), { node }) : { value: data.get(key) ?? null, node };
    },
    close: () => undefined,
  }),
  notReady: async (context) => ${leader === "" ? `(await silentNodes(context, "/")) ?? "never"` : "undefined"},
  ${leader}
};
`;

async function run(text: string, ...args: readonly string[]) {
  using folder = temporaryFolder();
  linkDependencies(folder.path);
  writeFileSync(join(folder.path, "package.json"), '{ "type": "module" }\n');
  const path = join(folder.path, "failing.ts");
  writeFileSync(path, text);
  const out = join(folder.path, "out");
  const result = await riftcheck(["run", path, "--seed", "1", "--time", "6s", "--out", out, ...args]);
  expect(leftovers(out)).toBe("");
  const name = readdirSync(out)[0] as string;
  const log = join(out, name, "logs/n1/server.log");
  return {
    ...result,
    record: readJson<RunRecord>(out, name, "run.json"),
    log: existsSync(log) ? readFileSync(log, "utf8") : undefined,
  };
}

describe.runIf(docker)(
  "what fails before or in a run ends with one clear line, and leaves nothing but its logs",
  () => {
    test("a store version that lacks an option", async () => {
      const { exitCode, stderr, record, log } = await run(
        module(["redis-server", "--no-such-option", "yes"]),
      );
      expect(stderr).toMatch(/riftcheck: the cluster is not ready: processes ended on n1, n2\n/);
      expect(stderr).toMatch(/no-such-option/);
      expect(exitCode).toBe(3);
      expect(record.ended?.how).toBe("failed");
      expect(log).toMatch(/Bad directive or wrong number of arguments/);
    });

    test("an image without the store's binary", async () => {
      const { exitCode, stderr, record } = await run(module(["no-such-server"]));
      expect(stderr).toMatch(/riftcheck: starting the cluster failed: .*no-such-server.*not found/);
      expect(exitCode).toBe(3);
      expect(record.ended?.how).toBe("failed");
    });

    test("a node that dies during set-up", async () => {
      const dies = `echo "$HOSTNAME begins"; [ "$(hostname)" = n2 ] && exit 7; exec sleep 1000`;
      const { exitCode, stderr, log } = await run(module(["sh", "-c", dies]));
      expect(stderr).toMatch(/riftcheck: the cluster is not ready: processes ended on n2\n/);
      expect(exitCode).toBe(3);
      expect(log).toMatch(/begins/);
    });

    test("a leader that nobody knows", async () => {
      const text = module(["redis-server"], "leader: () => Promise.resolve(undefined),");
      const args = ["--faults", "kill-leader", "--fault-duration", "2s", "--time", "14s"];
      const { exitCode, stdout, record, log } = await run(text, ...args);
      expect(stdout).toMatch(/never came into force \(kill-leader: no leader is known/);
      expect(exitCode).toBe(2);
      expect(record.ended?.healedAt).toBeGreaterThan(0);
      expect(log).toMatch(/Ready to accept connections/);
    });

    test("a Dockerfile that is not there, an image that nobody has", async () => {
      const missing = await run(module(["x"]).replace(JSON.stringify(IMAGE), '{ folder: "/nowhere" }'));
      expect(missing.stderr).toMatch(/riftcheck: there is no \/nowhere\/Dockerfile/);
      expect(missing.exitCode).toBe(64);
      const nobody = '{ folder: "", name: "riftcheck/nobody-has-this:1" }';
      const unknown = await run(module(["x"]).replace(JSON.stringify(IMAGE), nobody));
      expect(unknown.stderr).toMatch(
        /riftcheck: image riftcheck\/nobody-has-this:1 is not here and cannot be pulled/,
      );
      expect(unknown.exitCode).toBe(3);
    });
  },
);
