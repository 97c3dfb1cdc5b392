import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/riftcheck.ts";
import { installedPackages } from "./packages.ts";

function packageAt(folder: string, manifest: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
}

test("what is needed, where it is found, nested versions included, and nothing else", () => {
  using folder = temporaryFolder();
  const root = folder.path;
  const modules = join(root, "node_modules");
  packageAt(root, { dependencies: { a: "1", "@s/b": "1" }, devDependencies: { d: "1" } });
  packageAt(join(modules, "a"), { dependencies: { c: "2" }, optionalDependencies: { absent: "1" } });
  packageAt(join(modules, "a/node_modules/c"), {});
  packageAt(join(modules, "@s/b"), { dependencies: { c: "1", a: "1" } });
  packageAt(join(modules, "c"), {});
  packageAt(join(modules, "d"), {});
  expect(installedPackages(root)).toEqual({
    a: join(modules, "a"),
    "a/node_modules/c": join(modules, "a/node_modules/c"),
    "@s/b": join(modules, "@s/b"),
    c: join(modules, "c"),
  });
});
