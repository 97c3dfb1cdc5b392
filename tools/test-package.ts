/**
 * `npm run test:package`: builds and packs the package, installs it in an empty folder as a user would, and runs the
 * examples against it. Takes about half a minute and the package registry, so it is not part of `npm test`.
 */
import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { env, execPath, stdout } from "node:process";
import { execa } from "execa";
import { buildPackage, PACKAGE_FOLDER } from "./build.ts";

const ROOT = join(import.meta.dirname, "..");
/** The user's own folder has only this runtime on its path. */
const PATH = [dirname(execPath), "/usr/bin", "/bin"].join(delimiter);

/** Runtimes that a machine may have besides the pinned one: too old, they get one clear line. */
const SYSTEM_NODE = "/usr/bin/node";

const step = (text: string): void => void stdout.write(`${text}\n`);

async function pack(folder: string): Promise<string> {
  await execa("npm", ["pack", PACKAGE_FOLDER, "--pack-destination", folder], { cwd: folder });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  assert(tarball !== undefined, "npm pack left no tarball");
  return join(folder, tarball);
}

/** An empty project with the tarball installed. */
async function install(folder: string, tarball: string): Promise<void> {
  await writeFile(join(folder, "package.json"), '{ "name": "user", "private": true, "type": "module" }\n');
  await execa(
    "npm",
    ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", tarball],
    {
      cwd: folder,
    },
  );
}

async function main(folder: string): Promise<void> {
  step("building and packing");
  await buildPackage();
  const tarball = await pack(folder);
  step("installing the tarball in an empty folder");
  await install(folder, tarball);
  const command = join(folder, "node_modules/.bin/riftcheck");
  const riftcheck = (...args: readonly string[]) =>
    execa(command, args, { cwd: folder, env: { ...env, PATH }, extendEnv: false, reject: false });

  step("version and lists");
  const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
  assert.equal((await riftcheck("--version")).stdout, version);
  assert.match((await riftcheck("list", "targets")).stdout, /^sim-kv /m);

  step("demo, with its report");
  const demo = await riftcheck("demo", "--out", "runs");
  assert.equal(demo.exitCode, 0, demo.stderr);
  const [run = ""] = await readdir(join(folder, "runs"));
  assert.match(await readFile(join(folder, "runs", run, "report.html"), "utf8"), /<html/);

  step("the examples against the package");
  await cp(join(ROOT, "examples"), join(folder, "examples"), { recursive: true });
  const example = await riftcheck(
    "run",
    "./examples/lazy-copies.ts",
    "--time",
    "5s",
    "--rate",
    "200",
    "--seed",
    "1",
  );
  assert.equal(example.exitCode, 0, example.stdout + example.stderr);
  assert.match(example.stdout, /monotonic-reads/);

  step("a new store: its test, a run and a hunt");
  await checkNewStore(folder, riftcheck);

  step("every export, and its types as a user's compiler sees them");
  await checkExports(folder);
  await checkTypes(folder);
  await checkOldRuntime(command);
}

/** Begins a store beside the installed package, which it finds in the folder above. */
async function checkNewStore(
  folder: string,
  riftcheck: (...args: readonly string[]) => Promise<{ exitCode?: number; stdout: string; stderr: string }>,
): Promise<void> {
  const begun = await riftcheck("init", "store", "ledger", "--in", "examples/ledger");
  assert.equal(begun.exitCode, 0, begun.stderr);
  const home = join(folder, "examples/ledger");
  const tested = await execa(execPath, ["--test"], { cwd: home, reject: false });
  assert.equal(tested.exitCode, 0, tested.stdout);
  assert.match(tested.stdout, /pass 7/);
  const run = ["--faults", "partition,kill,power", "--time", "10s", "--rate", "100", "--seed", "1"];
  const ran = await riftcheck("run", "./examples/ledger/ledger.ts", ...run);
  assert.equal(ran.exitCode, 0, ran.stdout + ran.stderr);
  const hunt = ["--read-locally", "--model", "linearizable", "--runs", "100", "--seed", "1"];
  const found = await riftcheck("hunt", "./examples/ledger/ledger.ts", ...hunt);
  assert.equal(found.exitCode, 1, found.stdout + found.stderr);
  // The type check of the examples, below, is another compiler's business than Node's test runner.
  await rm(join(home, "ledger.test.ts"));
}

/** Leaves a module behind that imports all of them, for `checkTypes`. */
async function checkExports(folder: string): Promise<void> {
  const { exports } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { exports: object };
  const imports = Object.keys(exports).map(
    (name, i) => `import * as e${i} from "${join("riftcheck", name)}";`,
  );
  const uses = imports.map((_, i) => `console.log(Object.keys(e${i}).length);`);
  const module = join(folder, "examples/exports.ts");
  await writeFile(module, [...imports, ...uses, ""].join("\n"));
  const { stdout: counts } = await execa(execPath, [module]);
  assert.equal(counts.split("\n").length, imports.length);
}

async function checkTypes(folder: string): Promise<void> {
  const options = {
    target: "es2024",
    lib: ["es2024", "esnext.disposable", "dom"],
    module: "nodenext",
    strict: true,
    // As Node itself takes them.
    allowImportingTsExtensions: true,
  };
  // Tests need the types of Node, which the package does without.
  const tsconfig = {
    compilerOptions: { ...options, noEmit: true, types: [] },
    include: ["examples"],
    exclude: ["examples/**/*-test.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const { failed, stdout: errors } = await execa(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], {
    reject: false,
  });
  assert(!failed, errors);
}

async function checkOldRuntime(command: string): Promise<void> {
  const { stdout: version, failed } = await execa(SYSTEM_NODE, ["--version"], { reject: false });
  const major = Number(/^v(\d+)/.exec(version ?? "")?.[1]);
  if (failed || major >= 24) return;
  step(`one clear line on the system's Node ${version}`);
  const { exitCode, stderr } = await execa(SYSTEM_NODE, [command, "--version"], { reject: false });
  assert.equal(exitCode, 3);
  assert.match(stderr, /^riftcheck needs Node 24\.11 or newer; this is Node [\d.]+$/);
}

const folder = await mkdtemp(join(tmpdir(), "riftcheck-package-"));
try {
  await main(folder);
  step("the package works");
} finally {
  await rm(folder, { recursive: true, force: true });
}
