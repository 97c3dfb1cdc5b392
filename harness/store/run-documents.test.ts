import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readRuns } from "./run-documents.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "riftcheck-runs-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, path), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, path, name), text);
}

test("finds run folders at any depth of a night, and nothing else", () => {
  put("b", { "run.json": "{}" });
  put("night/a", { "verdict.json": "{}" });
  put("20261101T000000Z-redis-set-1-abcd", {});
  put("other/pictures", { "a.png": "" });
  put("b/logs/n1", { "run.json": "{}" });
  expect(readRuns(root).map(({ path }) => path)).toEqual([
    "20261101T000000Z-redis-set-1-abcd",
    "b",
    "night/a",
  ]);
});

test("reads what is there, and says of the rest why it is not", () => {
  put("a", { "run.json": '{"format":1}', "verdict.json": '{"format":', "report.html": "" });
  mkdirSync(join(root, "a/metrics.json"));
  const [run] = readRuns(root);
  expect(run).toMatchObject({
    record: { value: { format: 1 } },
    verdict: { problem: expect.stringMatching(/^verdict.json cannot be read: /) },
    metrics: { problem: "metrics.json is no plain file" },
    hasReport: true,
  });
});

test("follows no links", () => {
  put("a", { "run.json": "{}" });
  symlinkSync(join(root, "a"), join(root, "link"));
  symlinkSync("/etc/hostname", join(root, "a/verdict.json"));
  const runs = readRuns(root);
  expect(runs.map(({ path }) => path)).toEqual(["a"]);
  expect(runs[0]?.verdict).toEqual({ problem: "verdict.json is no plain file" });
});

test("a run folder itself is one run", () => {
  put(".", { "run.json": "{}" });
  expect(readRuns(root).map(({ path }) => path)).toEqual(["."]);
});

test("says that there is no such folder", () => {
  expect(() => readRuns(join(root, "none"))).toThrow(/none cannot be read: ENOENT/);
});
