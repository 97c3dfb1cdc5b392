import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { NodeDisk } from "#core/store-node";
import { JournalDisk } from "./journal-disk.ts";

function temporaryFolder(): Disposable & { readonly path: string; readonly journal: string } {
  const path = mkdtempSync(join(tmpdir(), "riftcheck-disk-"));
  return {
    path,
    journal: join(path, "journal.jsonl"),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}

const contentOf = (disk: NodeDisk, ...logs: string[]) => ({
  values: Object.fromEntries(disk.keys().map((key) => [key, disk.get(key)])),
  logs: Object.fromEntries(logs.map((log) => [log, disk.read(log)])),
});

/** What a process that is killed here leaves, opened by the next one. */
function reopened(folder: string, ...logs: string[]): ReturnType<typeof contentOf> {
  using disk = new JournalDisk(folder);
  return contentOf(disk, ...logs);
}

test("the next process finds everything that was written, synced or not", () => {
  using folder = temporaryFolder();
  using disk = new JournalDisk(folder.path);
  disk.set("term", 1);
  disk.set("vote", "n2");
  disk.set("term", 2);
  disk.set("gone", { a: [1] });
  disk.remove("gone");
  disk.remove("never there");
  for (const entry of ["a", { b: "line\nbreak" }, "c", "d"]) disk.append("log", entry);
  disk.truncate("log", 3);
  disk.truncate("log", 7);
  disk.truncate("none", 0);
  const expected = {
    values: { term: 2, vote: "n2" },
    logs: { log: ["a", { b: "line\nbreak" }, "c"], none: [] },
  };
  expect(contentOf(disk, "log", "none")).toEqual(expected);
  expect(disk.keys()).toEqual(["term", "vote"]);
  expect(reopened(folder.path, "log", "none")).toEqual(expected);
});

test("reading a log gives a copy", () => {
  using folder = temporaryFolder();
  using disk = new JournalDisk(folder.path);
  disk.append("log", 1);
  (disk.read("log") as number[]).push(2);
  expect(disk.read("log")).toEqual([1]);
});

test("what was written cannot be changed behind the file's back", () => {
  using folder = temporaryFolder();
  using disk = new JournalDisk(folder.path);
  const value = { list: [1] };
  disk.set("key", value);
  expect(() => value.list.push(2)).toThrow(TypeError);
  expect(() => disk.append("log", new Map() as never)).toThrow("a Map is no JSON");
});

test.each(['["set","x",', '["set","x",2]', "no JSON\n", '["set","y"'])(
  "a torn last line %j is as if it had never been, and what comes after it counts",
  (torn) => {
    using folder = temporaryFolder();
    {
      using disk = new JournalDisk(folder.path);
      disk.set("x", 1);
    }
    appendFileSync(folder.journal, torn);
    {
      using disk = new JournalDisk(folder.path);
      expect(contentOf(disk)).toMatchObject({ values: { x: 1 } });
      disk.set("z", "é");
    }
    expect(reopened(folder.path).values).toEqual({ x: 1, z: "é" });
    expect(readFileSync(folder.journal, "utf8")).toBe('["set","x",1]\n["set","z","é"]\n');
  },
);

test("a journal that has grown long is written anew with the same content", async () => {
  using folder = temporaryFolder();
  using disk = new JournalDisk(folder.path, 1_000);
  const synced: number[] = [];
  for (let i = 0; i < 500; i++) {
    disk.set("counter", i);
    disk.append("log", i);
    if (disk.read("log").length > 5) disk.truncate("log", 0);
    disk.sync(() => synced.push(i));
  }
  const expected = contentOf(disk, "log");
  expect(expected.values).toEqual({ counter: 499 });
  expect(statSync(folder.journal).size).toBeLessThan(1_100);
  expect(reopened(folder.path, "log")).toEqual(expected);
  await expect.poll(() => synced.length, { timeout: 20_000 }).toBe(500);
});

test("a sync calls back once, later", async () => {
  using folder = temporaryFolder();
  using disk = new JournalDisk(folder.path);
  disk.set("x", 1);
  let calls = 0;
  disk.sync(() => calls++);
  expect(calls).toBe(0);
  await expect.poll(() => calls, { timeout: 20_000 }).toBe(1);
});
