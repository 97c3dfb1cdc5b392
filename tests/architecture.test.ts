import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ABSTAINS, EXEMPT, MAY_IMPORT } from "./support/areas.ts";
import { areaOf, violationsOf } from "./support/architecture.ts";
import { loadedBy, moduleFacts } from "./support/module-facts.ts";

const ROOT = join(import.meta.dirname, "..");
const TABLES = "tests/support/areas.ts holds the tables; change them only together with docs/architecture.md";

const sources = globSync("*/**/*.ts", {
  cwd: ROOT,
  exclude: (name) =>
    ["node_modules", "dist", "runs"].some((folder) => name.startsWith(folder)) || name.startsWith("."),
});

describe("every file keeps to the architecture", () => {
  const byArea = Map.groupBy(sources, (path) => areaOf(path) ?? "no area");

  test.each([...byArea.keys()].sort())("%s", (area) => {
    const violations = (byArea.get(area) ?? []).flatMap((path) =>
      violationsOf(path, moduleFacts(path, readFileSync(join(ROOT, path), "utf8"))),
    );
    expect(violations, TABLES).toEqual([]);
  });

  test("files are found at all", () => {
    expect(byArea.get("harness/core")).toContain("harness/core/operation.ts");
  });
});

/** What a module loads before it does anything, itself included. */
function loadedWith(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  if (!path.endsWith(".ts")) return found;
  for (const specifier of loadedBy(path, readFileSync(join(ROOT, path), "utf8"))) {
    const file = specifier.startsWith("#core/")
      ? `${specifier.replace("#core", "harness/core")}.ts`
      : specifier.startsWith(".")
        ? join(path, "..", specifier)
        : specifier;
    loadedWith(file, found);
  }
  return found;
}

test("threads load nothing but our own modules: schemas alone would take as long as a short history", () => {
  const threads = ["harness/judge/worker.ts", "harness/history/ahead/scanner-thread.ts"];
  const later = ["checkers/registry.ts", "harness/judge/conclude.ts"];
  const loaded = new Set([...threads, ...later].flatMap((path) => [...loadedWith(path)]));
  expect(loaded).toContain("checkers/linearizable/linearizable.ts");
  expect([...loaded].filter((name) => !name.endsWith(".ts") && !name.startsWith("node:"))).toEqual([]);
});

test("no entry of the tables is left from something that is gone", () => {
  const gone = [...Object.keys(ABSTAINS), ...Object.keys(EXEMPT)].filter(
    (path) => !existsSync(join(ROOT, path)),
  );
  expect(gone, TABLES).toEqual([]);
});

describe("violations are seen", () => {
  const violations = (path: string, text: string): string[] => violationsOf(path, moduleFacts(path, text));

  test.each([
    [
      "checkers/x.ts",
      'import { a } from "../harness/engine/run-test.ts"; [a];',
      /harness\/engine.*MAY_IMPORT/,
    ],
    ["checkers/x.ts", 'import type { A } from "../targets/redis/client.ts"; export type B = A;', /targets/],
    ["checkers/x.test.ts", 'import { a } from "../workloads/set.ts"; [a];', /workloads/],
    [
      "targets/sim-kv/x.ts",
      'import { a } from "../../harness/cluster/sim/cluster.ts"; [a];',
      /harness\/cluster/,
    ],
    [
      "harness/store/x.ts",
      'export const a = await import("../cluster/docker/start.ts");',
      /harness\/cluster/,
    ],
    ["harness/core/x.ts", 'export { a } from "../../checkers/session.ts";', /checkers/],
    ["targets/redis/x.ts", 'import { a } from "../../examples.ts"; [a];', /no area/],
    ["unknown/x.ts", "export const a = 1;", /add a row to MAY_IMPORT/],
    ["checkers/x.ts", 'import { readFileSync } from "node:fs"; [readFileSync];', /node:fs.*"pure"/],
    ["checkers/x.ts", 'import lodash from "lodash"; [lodash];', /lodash/],
    ["workloads/x.ts", "export const at = Date.now();", /uses Date .*"pure"/],
    ["harness/generators/x.ts", "export const r = Math.random();", /Math\.random/],
    ["reports/data/x.ts", "export const p = process.env;", /process/],
    ["harness/nemeses/x.ts", "setTimeout(() => 1, 5);", /setTimeout .*"runtime"/],
    [
      "harness/engine/x.ts",
      'import { setTimeout } from "node:timers/promises"; [setTimeout];',
      /node:timers/,
    ],
    ["targets/redis/config.ts", "export const at = Date.now();", /Date/],
    ["targets/redis/x.ts", 'import { createConnection } from "node:net"; [createConnection];', /node:net/],
  ])("%s: %s", (path, text, expected) => {
    expect(violations(path, text).join("\n")).toMatch(expected);
  });

  test.each([
    ["checkers/x.ts", 'import { z } from "zod"; import { a } from "#core/units"; [z, a];'],
    ["checkers/x.test.ts", 'import { readFileSync } from "node:fs"; [readFileSync, Date];'],
    ["targets/sim-kv/x.test.ts", 'import { a } from "../../harness/cluster/sim/cluster.ts"; [a];'],
    ["checkers/testing/x.ts", 'import { readFileSync } from "node:fs"; [readFileSync];'],
    [
      "workloads/x.ts",
      'import { a } from "../checkers/a.ts"; import { b } from "../harness/generators/mix.ts"; [a, b];',
    ],
    ["targets/redis/x.ts", 'import { Redis } from "ioredis"; [Redis];'],
    ["harness/engine/real-time.ts", "setTimeout(() => 1, 5);"],
    ["reports/browser/main.ts", "document.title = String(performance.now());"],
    ["harness/cli/run.ts", 'import { a } from "../cluster/docker/start.ts"; [a];'],
  ])("%s may: %s", (path, text) => {
    expect(violations(path, text)).toEqual([]);
  });

  test("every area of the layout has a row", () => {
    expect(Object.keys(MAY_IMPORT)).toEqual(
      expect.arrayContaining(["harness/core", "checkers", "targets", "reports"]),
    );
  });
});
