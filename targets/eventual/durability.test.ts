import { expect, test } from "vitest";
import { SimDisk } from "../../harness/cluster/sim/disk.ts";
import { Durability } from "./durability.ts";

/** A disk whose syncs end when told to. */
class SlowDisk extends SimDisk {
  readonly syncs: (() => void)[] = [];

  override sync(done: () => void): void {
    this.syncs.push(done);
  }
}

test("what tells of a write waits for the sync that covers it; later writes share the next", () => {
  const disk = new SlowDisk();
  const durability = new Durability(disk, true);
  const seen: string[] = [];
  durability.disk.set("x", 1);
  durability.whenDurable(() => seen.push("x"));
  durability.disk.set("y", 2);
  durability.whenDurable(() => seen.push("y"));
  durability.whenDurable(() => seen.push("read of y"));
  expect([seen, disk.syncs.length]).toEqual([[], 1]);
  disk.syncs[0]?.();
  expect([seen, disk.syncs.length]).toEqual([["x"], 2]);
  disk.syncs[1]?.();
  expect(seen).toEqual(["x", "y", "read of y"]);
});

test("nothing waits where nothing was written since the last sync", () => {
  const disk = new SlowDisk();
  const durability = new Durability(disk, true);
  const seen: string[] = [];
  durability.whenDurable(() => seen.push("start"));
  disk.syncs[0]?.();
  durability.whenDurable(() => seen.push("read"));
  expect([seen, disk.syncs.length]).toEqual([["start", "read"], 1]);
});

test("a new process does not trust what it finds: the one before it may not have synced it", () => {
  const disk = new SlowDisk();
  disk.set("x", "of the process that was killed");
  const seen: string[] = [];
  new Durability(disk, true).whenDurable(() => seen.push("x"));
  expect([seen, disk.syncs.length]).toEqual([[], 1]);
});

test("what comes while a sync is under way waits for the next one, although it wrote nothing itself", () => {
  const disk = new SlowDisk();
  const durability = new Durability(disk, true);
  const seen: string[] = [];
  durability.disk.set("x", 1);
  durability.whenDurable(() => seen.push("x"));
  durability.whenDurable(() => seen.push("read"));
  disk.syncs[0]?.();
  expect(seen).toEqual(["x"]);
  disk.syncs[1]?.();
  expect(seen).toEqual(["x", "read"]);
});

test("without the rule to wait nothing is held back", () => {
  const disk = new SlowDisk();
  const durability = new Durability(disk, false);
  const seen: string[] = [];
  durability.disk.set("x", 1);
  durability.whenDurable(() => seen.push("x"));
  expect([seen, disk.syncs.length]).toEqual([["x"], 0]);
});
