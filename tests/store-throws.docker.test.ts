import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { RunRecord } from "#core/run";
import { requireDocker } from "./support/docker.ts";
import { riftcheck, temporaryFolder } from "./support/riftcheck.ts";
import { leftovers, readJson } from "./support/runs.ts";

const docker = await requireDocker();
const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** The example, whose nodes run `made` when they are made and `asked` on each request. */
const failing = (made: string, asked: string): string => `
import type { NodeContext, StoreNode } from "riftcheck/store";
import { target as lazyCopies } from "./lazy-copies.ts";

export const target: typeof lazyCopies = {
  ...lazyCopies,
  name: "failing",
  environments: {
    sim: (options) => ({ createNode: (context) => failing(context, lazyCopies.environments.sim!(options).createNode(context)) }),
  },
};

function failing(context: NodeContext, node: StoreNode): StoreNode {
  let requests = 0;
  context.log("about to begin");
  ${made}
  return {
    onMessage: (from, message) => node.onMessage(from, message),
    onRequest: (request, reply) => {
      requests++;
      ${asked}
      node.onRequest(request, reply);
    },
  };
}
`;

/** A project as a user has it, with its own manifest and packages. */
function writeProject(folder: string, module: string): string {
  const store = join(folder, "store");
  mkdirSync(join(store, "node_modules"), { recursive: true });
  symlinkSync(ROOT, join(store, "node_modules/riftcheck"));
  symlinkSync(join(ROOT, "node_modules/zod"), join(store, "node_modules/zod"));
  writeFileSync(join(store, "package.json"), '{ "type": "module" }\n');
  copyFileSync(join(ROOT, "examples/lazy-copies.ts"), join(store, "lazy-copies.ts"));
  writeFileSync(join(store, "failing.ts"), module);
  return join(store, "failing.ts");
}

async function run(env: string, module: string, args: readonly string[]) {
  using folder = temporaryFolder();
  const path = writeProject(folder.path, module);
  const out = join(folder.path, "out");
  mkdirSync(out);
  const settings = ["--time", "60s", "--rate", "100", "--seed", "1", "--out", out];
  const result = await riftcheck(["run", path, "--env", env, ...settings, ...args]);
  expect(leftovers(out)).toBe("");
  const name = readdirSync(out)[0] as string;
  return { ...result, record: readJson<RunRecord>(out, name, "run.json") };
}

describe.runIf(docker).each(["docker", "sim"])("a home-made store that throws, in %s", (env) => {
  test("on a request: the run ends with node, message, request and the end of the log", async () => {
    const asked = `if (context.node === "n2" && requests > 50) throw new RangeError("cannot do that");`;
    const { exitCode, stderr, record } = await run(env, failing("", asked), []);
    expect(stderr).toMatch(/node n2 threw.*: cannot do that\n/);
    expect(stderr).toMatch(/it did so when it got the request below\n\{"op":/);
    expect(stderr).toMatch(/the end of its log:\n[^]*about to begin\n/);
    expect(stderr).toContain("RangeError: cannot do that");
    expect(exitCode, stderr).toBe(3);
    expect(record.ended?.how).toBe("failed");
    expect(record.ended?.error).toMatch(/^node n2 threw.*: cannot do that$/);
  });

  test("when it starts again", async () => {
    const made = `if (context.disk.get("started") === true) throw new Error("cannot start twice");
  context.disk.set("started", true);`;
    const faults = ["--faults", "kill-one", "--fault-duration", "2s"];
    const { exitCode, stderr, record } = await run(env, failing(made, ""), faults);
    expect(stderr).toMatch(/node n\d threw.*: cannot start twice\n/);
    expect(stderr).toContain("it did so while it was made\n");
    expect(exitCode, stderr).toBe(3);
    expect(record.ended?.error).toMatch(/^node n\d threw.*: cannot start twice$/);
  });

  test("at the start: there is no run", async () => {
    const made = `if (context.node === "n3") throw new Error("no such mode");`;
    const { exitCode, stderr, record } = await run(env, failing(made, ""), []);
    expect(stderr).toMatch(/node n3 threw.*: no such mode\n/);
    expect(exitCode, stderr).toBe(3);
    expect(record.ended?.how).toBe("failed");
  });
});
