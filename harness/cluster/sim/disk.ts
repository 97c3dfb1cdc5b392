import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { NodeDisk } from "#core/store-node";
import { freezeJson } from "./freeze.ts";

interface Cell {
  readonly value: Json;
  /** Write that gave the key its first value: what `keys` is ordered by. */
  readonly born: number;
}

/** A write that power loss may undo. */
interface UnsyncedWrite {
  readonly number: number;
  readonly undo: () => void;
}

/** What a loss of power did to a disk, in writes: so many were not synced, and so many of them are gone. */
export type PowerLoss = { readonly unsynced: number; readonly lost: number };

/**
 * The disk of one simulated node: outlives the node's process. Every write is seen by reads at once; power loss leaves what
 * was synced, and of each key and each log a prefix of what was written since, as disks do that write files back in any
 * order (Pillai et al., "All file systems are not created equal", OSDI 2014). Single writes are whole or absent: an entry
 * torn by the cut is dropped, a value keeps the one before.
 */
export class SimDisk implements NodeDisk {
  #values = new Map<string, Cell>();
  readonly #logs = new Map<string, Json[]>();
  /** By key or log, in the order of writing; files all of which is synced are absent. */
  readonly #unsynced = new Map<string, UnsyncedWrite[]>();
  #written = 0;

  get(key: string): Json | undefined {
    return this.#values.get(key)?.value;
  }

  set(key: string, value: Json): void {
    const before = this.#values.get(key);
    this.#values.set(key, { value: freezeJson(value), born: before?.born ?? this.#written });
    this.#wrote(`value ${key}`, () => this.#putBack(key, before));
  }

  remove(key: string): void {
    const before = this.#values.get(key);
    if (before === undefined) return;
    this.#values.delete(key);
    this.#wrote(`value ${key}`, () => this.#putBack(key, before));
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  append(log: string, entry: Json): void {
    const entries = this.#entries(log);
    entries.push(freezeJson(entry));
    this.#wrote(`log ${log}`, () => entries.pop());
  }

  read(log: string): readonly Json[] {
    return [...(this.#logs.get(log) ?? [])];
  }

  truncate(log: string, length: number): void {
    const entries = this.#entries(log);
    if (entries.length <= length) return;
    const cut = entries.splice(length);
    this.#wrote(`log ${log}`, () => {
      for (const entry of cut) entries.push(entry);
    });
  }

  sync(done: () => void): void {
    this.synced(this.written);
    done();
  }

  /** Writes so far: what a sync that begins now will make durable. */
  get written(): number {
    return this.#written;
  }

  /** The first `count` writes are durable. */
  synced(count: number): void {
    for (const [file, writes] of this.#unsynced) {
      const kept = writes.findIndex(({ number }) => number > count);
      if (kept === -1) this.#unsynced.delete(file);
      else writes.splice(0, kept);
    }
  }

  /** Power is gone: of each key and log, chance decides how many unsynced writes had reached the disk. */
  losePower(random: Random): PowerLoss {
    let unsynced = 0;
    let lost = 0;
    for (const writes of this.#unsynced.values()) {
      const survivors = random.int(writes.length + 1);
      unsynced += writes.length;
      lost += writes.length - survivors;
      for (const { undo } of writes.slice(survivors).reverse()) undo();
    }
    this.#unsynced.clear();
    this.#values = new Map([...this.#values].sort(([, a], [, b]) => a.born - b.born));
    return { unsynced, lost };
  }

  #entries(log: string): Json[] {
    let entries = this.#logs.get(log);
    if (entries === undefined) {
      entries = [];
      this.#logs.set(log, entries);
    }
    return entries;
  }

  #putBack(key: string, cell: Cell | undefined): void {
    if (cell === undefined) this.#values.delete(key);
    else this.#values.set(key, cell);
  }

  #wrote(file: string, undo: () => void): void {
    const write = { number: ++this.#written, undo };
    const writes = this.#unsynced.get(file);
    if (writes === undefined) this.#unsynced.set(file, [write]);
    else writes.push(write);
  }
}
