import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../harness/node-main.ts", import.meta.url));
const SIM_KV = fileURLToPath(new URL("../targets/sim-kv/target.ts", import.meta.url));
const REDIS = fileURLToPath(new URL("../targets/redis/target.ts", import.meta.url));

const command = {
  module: SIM_KV,
  target: "sim-kv",
  options: {},
  node: "n1",
  hosts: { n1: "127.0.0.1" },
  seed: "1",
  epoch: 0,
  data: "/nowhere",
};

const nodeMain = (...args: string[]) =>
  execa(process.execPath, [MAIN, ...args], { reject: false, timeout: 50_000 });

test.each([
  ["nothing", [], "expected one argument, a JSON object; riftcheck itself starts this"],
  ["no JSON", ["{"], "expected one argument, a JSON object; riftcheck itself starts this"],
  [
    "no node",
    [JSON.stringify({ ...command, node: undefined })],
    'field "node": Invalid input: expected string, received undefined',
  ],
  [
    "a bad option",
    [JSON.stringify({ ...command, options: { replication: "none" } })],
    /^options of sim-kv: field "replication": Invalid option/,
  ],
  [
    "another target",
    [JSON.stringify({ ...command, target: "sim-kw" })],
    `${SIM_KV} exports no target sim-kw`,
  ],
  [
    "a store of others",
    [JSON.stringify({ ...command, module: REDIS, target: "redis" })],
    "redis is no home-made store",
  ],
])("%s: one clear line", async (_, args, expected) => {
  const { exitCode, stderr, stdout } = await nodeMain(...args);
  expect(exitCode).toBe(64);
  expect(stdout).toBe("");
  const line = stderr.replace(/^riftcheck: node-main: /, "");
  expect(line).not.toBe(stderr);
  expect(line).not.toContain("\n");
  expect(line).toMatch(expected);
});

test("a module that cannot be loaded says where it is wrong", async () => {
  const folder = mkdtempSync(join(tmpdir(), "riftcheck-node-"));
  try {
    const module = join(folder, "store.ts");
    writeFileSync(module, 'export * from "./missing.ts";\n');
    const { exitCode, stderr } = await nodeMain(JSON.stringify({ ...command, module }));
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^riftcheck: node-main: .*missing\.ts/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a store that throws ends its process with a line that tells what it was doing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "riftcheck-node-"));
  try {
    const module = join(folder, "store.ts");
    writeFileSync(
      module,
      `export const target = {
         name: "broken", createClient: () => undefined,
         options: { safeParse: (data: unknown) => ({ success: true, data }) },
         environments: { sim: () => ({ createNode: (context: { log(line: string): void }) => {
           context.log("about to break");
           throw new Error("no such mode");
         } }) },
       };\n`,
    );
    const data = join(folder, "data");
    const given = JSON.stringify({ ...command, module, target: "broken", data });
    const { exitCode, stdout } = await nodeMain(given);
    expect(exitCode).toBe(70);
    expect(stdout).toMatch(/about to break\n.*uncaught: Error: no such mode[^]*\{"message":"no such mode"/);
    expect(stdout).toContain('"doing":"while it was made"');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
