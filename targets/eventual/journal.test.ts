import { assert, constantFrom, integer, oneof, property, record, array, constant } from "fast-check";
import { expect, test } from "vitest";
import type { NodeDisk } from "#core/store-node";
import { Random } from "#core/random";
import { SimDisk } from "../../harness/cluster/sim/disk.ts";
import { Journal } from "./journal.ts";

/** A disk whose syncs end when told to: what was written by the time they began is durable then. */
class SlowDisk extends SimDisk {
  readonly #syncs: (() => void)[] = [];

  override sync(done: () => void): void {
    const count = this.written;
    this.#syncs.push(() => (this.synced(count), done()));
  }

  endSync(): void {
    this.#syncs.shift()?.();
  }

  /** The process ends: nothing calls back. */
  forget(): void {
    this.#syncs.length = 0;
  }
}

const KEYS = ["x", "y"];
const LOGS = ["l", "m"];
const action = oneof(
  { weight: 6, arbitrary: record({ do: constant("set" as const), name: constantFrom(...KEYS) }) },
  { weight: 2, arbitrary: record({ do: constant("remove" as const), name: constantFrom(...KEYS) }) },
  { weight: 6, arbitrary: record({ do: constant("append" as const), name: constantFrom(...LOGS) }) },
  {
    weight: 2,
    arbitrary: record({
      do: constant("truncate" as const),
      name: constantFrom(...LOGS),
      length: integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: record({ do: constant("both" as const) }) },
  { weight: 2, arbitrary: record({ do: constant("sync" as const) }) },
  { weight: 6, arbitrary: record({ do: constant("end sync" as const) }) },
  { weight: 2, arbitrary: record({ do: constant("kill" as const) }) },
  { weight: 2, arbitrary: record({ do: constant("lose power" as const) }) },
);

const contents = (disk: NodeDisk): string =>
  JSON.stringify([KEYS.map((key) => disk.get(key) ?? null), LOGS.map((log) => disk.read(log))]);

test("after a loss of power a journal holds what some moment since the last sync had, whole; after a kill, everything", () => {
  assert(
    property(array(action, { maxLength: 60, size: "max" }), integer(), (actions, seed) => {
      const random = new Random(seed);
      const disk = new SlowDisk();
      let journal = new Journal(disk, 3);
      /** What the journal held after each write since the last that is durable. */
      let since = [contents(journal)];
      /** How many writes before these. */
      let durable = 0;
      actions.forEach((one, value) => {
        switch (one.do) {
          case "set":
          case "append":
            journal[one.do](one.name, value);
            since.push(contents(journal));
            break;
          case "remove":
            journal.remove(one.name);
            since.push(contents(journal));
            break;
          case "truncate":
            journal.truncate(one.name, one.length);
            since.push(contents(journal));
            break;
          case "both":
            journal.atomically(() => {
              journal.set("x", value);
              journal.append("l", value);
            });
            since.push(contents(journal));
            break;
          case "sync": {
            const covered = durable + since.length - 1;
            journal.sync(() => {
              since.splice(0, Math.max(0, covered - durable));
              durable = Math.max(durable, covered);
            });
            break;
          }
          case "end sync":
            disk.endSync();
            break;
          case "kill":
            disk.forget();
            journal = new Journal(disk, 3);
            expect(contents(journal)).toBe(since.at(-1));
            break;
          case "lose power":
            disk.forget();
            disk.losePower(random);
            journal = new Journal(disk, 3);
            expect(since).toContain(contents(journal));
            since = [contents(journal)];
            break;
          default:
            one satisfies never;
        }
      });
    }),
    { numRuns: 3_000, seed: 20261121 },
  );
});

test("a journal of overwritten values does not grow without end", () => {
  const disk = new SimDisk();
  const journal = new Journal(disk, 100);
  for (let i = 0; i < 10_000; i++) journal.set("x", i);
  const entries = disk.read("a").length + disk.read("b").length;
  expect(new Journal(disk, 100).get("x")).toBe(9_999);
  expect(entries).toBeLessThan(200);
});
