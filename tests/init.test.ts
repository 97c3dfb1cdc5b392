import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { linkDependencies, MAIN, ROOT } from "./support/projects.ts";
import { startRiftcheck, temporaryFolder } from "./support/riftcheck.ts";

/** The command as a user of the folder would call it. */
const riftcheckIn = (cwd: string, ...args: readonly string[]) =>
  execa(process.execPath, [MAIN, ...args], { cwd, reject: false, env: { NO_COLOR: "1" } });

test("a new store passes its test, the type check, a run and a hunt; with its bug it is found out", async () => {
  using folder = temporaryFolder();
  const begun = await riftcheckIn(folder.path, "init", "store", "ledger");
  expect(begun.exitCode, begun.stderr).toBe(0);
  const home = join(folder.path, "ledger");
  expect(readdirSync(home).sort()).toEqual(
    [".gitignore", "README.md", "ledger.test.ts", "ledger.ts", "package.json", "tsconfig.json"].sort(),
  );
  linkDependencies(home);

  const types = await execa(join(ROOT, "node_modules/.bin/tsc"), ["-p", home], { reject: false });
  expect(types.stdout).toBe("");

  const { scripts } = JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as {
    scripts: { test: string };
  };
  expect(scripts.test).toBe("node --test");
  const tested = await execa(process.execPath, ["--test"], {
    cwd: home,
    reject: false,
    env: { NODE_OPTIONS: "" },
  });
  expect(tested.exitCode, tested.stdout).toBe(0);
  expect(tested.stdout).toMatch(/pass 7/);

  const run = ["run", "./ledger.ts", "--faults", "partition,kill,power", "--rate", "100", "--time", "10s"];
  const ran = await riftcheckIn(home, ...run, "--seed", "1", "--json");
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(JSON.parse(ran.stdout)).toMatchObject({
    valid: true,
    models: { linearizable: { verdict: "satisfied" } },
  });

  const hunt = ["hunt", "./ledger.ts", "--seed", "1", "--workers", "1", "--runs", "30"];
  const searched = await riftcheckIn(home, ...hunt);
  expect(searched.exitCode, searched.stdout + searched.stderr).toBe(0);
  const found = await riftcheckIn(home, ...hunt, "--read-locally", "--model", "linearizable");
  expect(found.exitCode, found.stdout + found.stderr).toBe(1);
  expect(found.stdout).toMatch(/\(linearizable\)/);
  const regression = readdirSync(join(home, "runs")).find((file) => file.endsWith(".riftcheck.json"));
  const replayed = await riftcheckIn(home, "replay", join("runs", regression!));
  expect(replayed.exitCode, replayed.stdout + replayed.stderr).toBe(1);
}, 300_000);

test("a new target passes the type check, and its module loads", async () => {
  using folder = temporaryFolder();
  const begun = await riftcheckIn(folder.path, "init", "target", "shelf");
  expect(begun.exitCode, begun.stderr).toBe(0);
  expect(begun.stdout).toContain("npx riftcheck test-target ./shelf.ts");
  const home = join(folder.path, "shelf");
  expect(readdirSync(home).sort()).toEqual(
    [".gitignore", "README.md", "package.json", "server", "shelf.ts", "tsconfig.json"].sort(),
  );
  expect(readdirSync(join(home, "server")).sort()).toEqual(["Dockerfile", "server.py"]);
  linkDependencies(home);
  const types = await execa(join(ROOT, "node_modules/.bin/tsc"), ["-p", home], { reject: false });
  expect(types.stdout).toBe("");
  const help = await riftcheckIn(home, "test-target", "./shelf.ts", "--help");
  expect(help.stdout).toMatch(/--read-from <choice>/);
});

describe("riftcheck init", () => {
  test("lists what it can begin", async () => {
    const { stdout, exitCode } = await startRiftcheck(["init"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^riftcheck init store \[name\] {2}a small replicated store/);
  });

  test("overwrites nothing, and then writes nothing at all", async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "README.md"), "mine");
    const { stderr, exitCode } = await riftcheckIn(folder.path, "init", "store", "--in", ".");
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(/^riftcheck: \. has README\.md already: nothing was written\n.*--in <folder>$/);
    expect(readdirSync(folder.path)).toEqual(["README.md"]);
    expect(readFileSync(join(folder.path, "README.md"), "utf8")).toBe("mine");
  });

  test.each([
    ["target", "My Store", /the name My Store: expected small letters/],
    ["store", "My Store", /the name My Store: expected small letters/],
    ["shop", "x", /unknown thing to begin "shop"/],
  ])("init %s %s is refused", async (what, name, message) => {
    using folder = temporaryFolder();
    const { stderr, exitCode } = await riftcheckIn(folder.path, "init", what, name);
    expect(exitCode).toBe(64);
    expect(stderr).toMatch(message);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
