import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import { SimDisk } from "./disk.ts";

type Write =
  | { readonly kind: "set"; readonly key: string; readonly value: number }
  | { readonly kind: "remove"; readonly key: string }
  | { readonly kind: "append"; readonly log: string; readonly entry: number }
  | { readonly kind: "truncate"; readonly log: string; readonly length: number };

const NAMES = ["a", "b", "c"];
const name = fc.constantFrom(...NAMES);
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), key: name, value: fc.nat(9) }),
  fc.record({ kind: fc.constant("remove" as const), key: name }),
  fc.record({ kind: fc.constant("append" as const), log: name, entry: fc.nat(9) }),
  fc.record({ kind: fc.constant("truncate" as const), log: name, length: fc.nat(3) }),
);

function perform(disk: SimDisk, one: Write): void {
  if (one.kind === "set") disk.set(one.key, one.value);
  else if (one.kind === "remove") disk.remove(one.key);
  else if (one.kind === "append") disk.append(one.log, one.entry);
  else disk.truncate(one.log, one.length);
}

/** What one key, or one log, holds. */
type Files = Readonly<Record<string, Json>>;
const filesOf = (disk: SimDisk): Files =>
  Object.fromEntries(
    NAMES.flatMap((file) => [
      [`value ${file}`, disk.get(file) ?? null],
      [`log ${file}`, disk.read(file)],
    ]),
  );

describe("loss of power", () => {
  test("leaves all that was synced, and of each file what it held at some moment since", () => {
    fc.assert(
      fc.property(fc.array(write), fc.array(write), fc.integer(), (synced, unsynced, seed) => {
        const disk = new SimDisk();
        for (const one of synced) perform(disk, one);
        disk.sync(() => undefined);
        const states = [filesOf(disk)];
        for (const one of unsynced) {
          perform(disk, one);
          states.push(filesOf(disk));
        }
        disk.losePower(new Random(seed));
        for (const [file, content] of Object.entries(filesOf(disk)))
          expect(states.map((state) => state[file])).toContainEqual(content);
      }),
    );
  });

  test("takes anything from nothing to all of what was not synced, from each file by itself", () => {
    const left = new Set<string>();
    for (let seed = 0; seed < 100; seed++) {
      const disk = new SimDisk();
      disk.append("log", 1);
      disk.set("key", "old");
      disk.sync(() => undefined);
      disk.append("log", 2);
      disk.append("log", 3);
      disk.set("key", "new");
      const { unsynced, lost } = disk.losePower(new Random(seed));
      left.add(`${disk.read("log").join()} ${disk.get("key") as string}`);
      expect(unsynced).toBe(3);
      expect(lost).toBe(3 - (disk.read("log").length - 1) - (disk.get("key") === "new" ? 1 : 0));
    }
    expect([...left].sort()).toEqual(["1 new", "1 old", "1,2 new", "1,2 old", "1,2,3 new", "1,2,3 old"]);
  });

  test("takes what was written while a sync was under way, and nothing that was written before it began", () => {
    const lengths = Array.from({ length: 50 }, (_, seed) => {
      const disk = new SimDisk();
      disk.append("log", 1);
      const began = disk.written;
      disk.append("log", 2);
      disk.synced(began);
      disk.losePower(new Random(seed));
      return disk.read("log").length;
    });
    expect(new Set(lengths)).toEqual(new Set([1, 2]));
  });

  test("leaves keys in the order of their age", () => {
    for (let seed = 0; seed < 20; seed++) {
      const disk = new SimDisk();
      for (const key of ["first", "second", "third"]) disk.set(key, 1);
      disk.sync(() => undefined);
      disk.remove("first");
      disk.set("second", 2);
      disk.losePower(new Random(seed));
      expect(["first", "second", "third"].filter((key) => disk.keys().includes(key))).toEqual(disk.keys());
    }
  });

  test("is nothing that ending the process does: all that was written is read", () => {
    const disk = new SimDisk();
    disk.append("log", 1);
    disk.truncate("log", 0);
    disk.append("log", 2);
    disk.set("key", 1);
    disk.remove("key");
    expect([disk.read("log"), disk.keys()]).toEqual([[2], []]);
  });
});
