import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunRecord } from "#core/run";
import { FileSink } from "./file-sink.ts";
import { RunFolder } from "./run-folder.ts";
import { isRunFolder } from "./run-files.ts";

const record: RunRecord = {
  format: 1,
  riftcheck: "0.1.0",
  command: "riftcheck run sim-kv --seed 1",
  startedAt: "2026-11-01T00:00:00.000Z",
  target: "sim-kv",
  workload: "session",
  environment: "sim",
  seed: "1",
  nodes: ["n1"],
  clients: 1,
  time: 1,
  faults: [],
  schedule: [],
  targetOptions: {},
  workloadOptions: {},
  expectations: [],
  cluster: null,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "riftcheck-store-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("RunFolder", () => {
  test("reads back what was written", () => {
    const run = RunFolder.create(folder, "a-run");
    run.writeRecord(record);
    run.writeLogs({ "n1/redis.log": "ready\n" });
    const again = RunFolder.open(join(folder, "a-run"));
    expect(again.readRecord()).toEqual(record);
    expect(readFileSync(join(folder, "a-run/logs/n1/redis.log"), "utf8")).toBe("ready\n");
  });

  test("says that a folder without run.json is no run", () => {
    expect(() => RunFolder.open(folder)).toThrow(/no run folder: it has no run.json/);
    expect(isRunFolder(folder)).toBe(false);
  });

  test("says which version a newer run needs", () => {
    writeFileSync(join(folder, "run.json"), JSON.stringify({ ...record, format: 99 }));
    expect(() => RunFolder.open(folder).readRecord()).toThrow(/format 99 needs a newer riftcheck/);
  });

  test("names the field that is wrong", () => {
    writeFileSync(join(folder, "run.json"), JSON.stringify({ ...record, clients: "many" }));
    expect(() => RunFolder.open(folder).readRecord()).toThrow(/field "clients"/);
  });
});

describe("FileSink", () => {
  test("appends what it is given, at once", () => {
    using sink = new FileSink(join(folder, "history.jsonl"));
    sink.write("a\n");
    sink.write("b\n");
    expect(readFileSync(join(folder, "history.jsonl"), "utf8")).toBe("a\nb\n");
  });

  test("says that the disk is full", () => {
    using sink = new FileSink("/dev/full");
    expect(() => sink.write("a\n")).toThrow(/the disk is full/);
  });
});
