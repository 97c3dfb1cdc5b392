import { expect, test } from "vitest";
import { SimDisk } from "../../harness/cluster/sim/disk.ts";
import { Durability } from "./durability.ts";

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

function create(waits = true) {
  const slow = new SlowDisk();
  const done: string[] = [];
  const durability = new Durability(slow, waits);
  return {
    slow,
    done,
    append: (): void => durability.disk.append("log", 1),
    wait: (name: string): void => durability.whenDurable(() => done.push(name)),
    endSync: (): void => slow.syncs.shift()?.(),
  };
}

test("waits for a sync that began after the write", () => {
  const { append, done, wait, endSync, slow } = create();
  append();
  wait("first");
  append();
  wait("second");
  expect(done).toEqual([]);
  endSync();
  expect(done).toEqual(["first"]);
  endSync();
  expect(done).toEqual(["first", "second"]);
  expect(slow.syncs).toEqual([]);
});

test("one sync serves all that was written while another was under way", () => {
  const { append, done, wait, endSync, slow } = create();
  for (let i = 0; i < 10; i++) {
    append();
    wait(String(i));
  }
  endSync();
  expect(slow.syncs.length).toBe(1);
  endSync();
  expect(done.length).toBe(10);
  expect(slow.syncs).toEqual([]);
});

test("what is synced already is not waited for", () => {
  const { done, wait, endSync } = create();
  wait("start");
  endSync();
  wait("nothing new");
  expect(done).toEqual(["start", "nothing new"]);
});

test("a new process does not trust what it finds: the one before it may not have synced it", () => {
  const { done, wait, slow } = create();
  wait("ready");
  expect(done).toEqual([]);
  expect(slow.syncs.length).toBe(1);
});

test("told not to wait, it never does", () => {
  const { append, done, wait } = create(false);
  append();
  wait("at once");
  expect(done).toEqual(["at once"]);
});
