import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HistoryBuilder } from "#core/history-builder";
import { READ_AHEAD, type ReadAhead } from "../history/ahead/read-ahead.ts";
import { Judging } from "./judging.ts";
import type { JudgingLimits } from "./judging-pool.ts";

const MEGABYTE = 2 ** 20;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "riftcheck-judging-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** How a file of so many bytes would be read. */
async function aheadOf(bytes: number, limits: JudgingLimits): Promise<ReadAhead | undefined> {
  const path = join(folder, "history.jsonl");
  await using file = await open(path, "w");
  await file.truncate(bytes);
  await using judging = new Judging(limits);
  let chosen: ReadAhead | undefined;
  await judging.read(path, ({ ahead }) => {
    chosen = ahead;
    return Promise.resolve(new HistoryBuilder({ source: path }).build());
  });
  return chosen;
}

test("a second thread scans ahead only where it takes no memory that the history may need", async () => {
  const plenty = 8192 * MEGABYTE;
  expect(await aheadOf(200 * MEGABYTE, { workers: 2, maxMemory: plenty })).toBe(READ_AHEAD);
  expect(await aheadOf(200 * MEGABYTE, { workers: 1, maxMemory: plenty })).toBeUndefined();
  expect(await aheadOf(200 * MEGABYTE, { workers: 2, maxMemory: 512 * MEGABYTE })).toBeUndefined();
  expect(await aheadOf(4096 * MEGABYTE, { workers: 2, maxMemory: plenty })).toBeUndefined();
});
