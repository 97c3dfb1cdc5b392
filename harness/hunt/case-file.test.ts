import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readCase, writeCase } from "./case-file.ts";
import { simulateCase } from "./simulate-case.ts";
import { losingCase } from "./testing/cases.ts";

const folder = mkdtempSync(join(tmpdir(), "riftcheck-case-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "x.riftcheck.json");

test("a case reads as it was written, with a line for each operation and fault", async () => {
  const { scripted } = await simulateCase(losingCase());
  writeCase(path, scripted);
  expect(readCase(path)).toEqual(scripted);
  const lines = readFileSync(path, "utf8").split("\n");
  const operations = lines.filter((line) => /^\s*\{"at":.*\},?$/.test(line));
  expect(operations).toHaveLength(scripted.load.operations.length);
});

test.each([
  [{ format: 2 }, /x\.riftcheck\.json: format 2 needs a newer riftcheck \(this one reads 1\)$/],
  [{ kind: "run" }, /field "kind": expected "case"$/],
  [{ nodes: [] }, /field "nodes": /],
  [{ schedule: [{ id: 1, at: -1 }] }, /field "schedule\.0\.at": /],
  [{ invented: 1 }, /invented/],
])("a file that is not one of this version says in one line what is wrong: %j", (change, expected) => {
  writeFileSync(path, JSON.stringify({ ...losingCase(), ...change }));
  expect(() => readCase(path)).toThrow(expected);
  expect(() => readCase(path)).not.toThrow(/\n/);
});

test("no JSON", () => {
  writeFileSync(path, "{");
  expect(() => readCase(path)).toThrow(/x\.riftcheck\.json: expected JSON: /);
});
