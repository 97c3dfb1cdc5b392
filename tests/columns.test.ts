import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TableHistory } from "#core/table-history";
import { writeRegisterHistory } from "../bench/support/register-history.ts";
import { writeSessionHistory } from "../bench/support/session-history.ts";
import { readHistory } from "../harness/history/read-history.ts";

/** As many bytes an operation may take in memory. */
const MOST = 64;
/** What every operation takes, its values left out: less would mean that something was not counted. */
const LEAST = 49;

const folder = mkdtempSync(join(tmpdir(), "riftcheck-columns-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each<[string, (path: string) => void]>([
  ["of the workload session", (path) => writeSessionHistory(path, 60_000)],
  [
    "of one register",
    (path) => writeRegisterHistory(path, { operations: 60_000, clients: 20, load: "light" }),
  ],
  [
    "with timeouts",
    (path) => writeRegisterHistory(path, { operations: 60_000, clients: 20, load: "busy", timeouts: 6_000 }),
  ],
])("a history %s takes at most 64 bytes per operation", async (_, write) => {
  const path = join(folder, "history.jsonl");
  write(path);
  const history = await readHistory(path);
  if (!(history instanceof TableHistory)) throw new Error("no table");
  expect(history.length).toBeGreaterThan(59_000);
  const each = history.byteLength / history.length;
  expect(each).toBeGreaterThan(LEAST);
  expect(each).toBeLessThanOrEqual(MOST);
});
