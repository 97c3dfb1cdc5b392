import { expect, test } from "vitest";
import { SimDisk } from "../../harness/cluster/sim/disk.ts";
import { DurableDisk } from "./durable-disk.ts";

/** A disk whose syncs end when the test says so. */
class SlowDisk extends SimDisk {
  readonly syncs: (() => void)[] = [];

  override sync(done: () => void): void {
    const count = this.written;
    this.syncs.push(() => {
      this.synced(count);
      done();
    });
  }
}

function create() {
  const slow = new SlowDisk();
  const done: string[] = [];
  const disk = new DurableDisk(slow);
  const wait = (name: string): void => disk.whenSynced(() => done.push(name));
  const endSync = (): void => slow.syncs.shift()?.();
  return { slow, disk, done, wait, endSync };
}

test("waits for a sync that began after the write", () => {
  const { disk, done, wait, endSync, slow } = create();
  disk.append("log", 1);
  wait("first");
  disk.append("log", 2);
  wait("second");
  expect(done).toEqual([]);
  endSync();
  expect(done).toEqual(["first"]);
  endSync();
  expect(done).toEqual(["first", "second"]);
  expect(slow.syncs).toEqual([]);
});

test("one sync serves all that was written while another was under way", () => {
  const { disk, done, wait, endSync, slow } = create();
  for (let i = 0; i < 10; i++) {
    disk.append("log", i);
    wait(String(i));
  }
  endSync();
  expect(slow.syncs.length).toBe(1);
  endSync();
  expect(done.length).toBe(10);
  expect(slow.syncs).toEqual([]);
});

test("what is synced already is not waited for; values and cuts are writes too", () => {
  const { disk, done, wait, endSync } = create();
  wait("start");
  endSync();
  wait("nothing new");
  expect(done).toEqual(["start", "nothing new"]);
  disk.set("vote", 1);
  wait("value");
  endSync();
  disk.truncate("log", 0);
  wait("cut");
  expect(done).toEqual(["start", "nothing new", "value"]);
});

test("a new process does not trust what it finds: the one before it may not have synced it", () => {
  const { slow, done } = create();
  slow.append("log", 1);
  new DurableDisk(slow).whenSynced(() => done.push("ready"));
  expect(done).toEqual([]);
  expect(slow.syncs.length).toBe(1);
});
