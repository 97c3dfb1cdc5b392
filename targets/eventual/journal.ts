import type { Json } from "#core/json";
import type { NodeDisk } from "#core/store-node";

/** Which of the two journals counts. */
const CURRENT = "journal";
/** A journal is written anew once it has this many entries and twice as many as it amounts to. */
const REWRITE_AT = 20_000;

/** One write. */
type Write =
  | readonly ["set", key: string, value: Json]
  | readonly ["remove", key: string]
  | readonly ["append", log: string, entry: Json]
  | readonly ["truncate", log: string, length: number];
/** Writes that are there together or not at all. */
type Entry = readonly Write[];

/**
 * Keys and logs kept in one log of the disk below. A disk writes files back in any order, so that power loss may keep a later
 * write to one and take an earlier write to another (Pillai et al., OSDI 2014); of one log it always keeps a prefix. Through a
 * journal all writes are such a prefix: what was written first is there if anything after it is.
 */
export class Journal implements NodeDisk {
  readonly #disk: NodeDisk;
  readonly #rewriteAt: number;
  readonly #values = new Map<string, Json>();
  readonly #logs = new Map<string, Json[]>();
  #current: string;
  /** Entries in the current journal. */
  #length: number;
  #rewriting = false;
  /** The journal that will take the current one's place: until then every write goes to both. */
  #next: string | undefined;
  /** What `atomically` has gathered so far. */
  #together: Write[] | undefined;

  constructor(disk: NodeDisk, rewriteAt = REWRITE_AT) {
    this.#disk = disk;
    this.#rewriteAt = rewriteAt;
    this.#current = (disk.get(CURRENT) as string | undefined) ?? "a";
    const entries = disk.read(this.#current) as readonly Entry[];
    for (const entry of entries) for (const write of entry) this.#apply(write);
    this.#length = entries.length;
  }

  get(key: string): Json | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Json): void {
    this.#write(["set", key, value]);
  }

  remove(key: string): void {
    if (this.#values.has(key)) this.#write(["remove", key]);
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  append(log: string, entry: Json): void {
    this.#write(["append", log, entry]);
  }

  read(log: string): readonly Json[] {
    return [...(this.#logs.get(log) ?? [])];
  }

  truncate(log: string, length: number): void {
    if ((this.#logs.get(log)?.length ?? 0) > length) this.#write(["truncate", log, length]);
  }

  sync(done: () => void): void {
    this.#disk.sync(done);
  }

  /** What `work` writes is there as a whole after a loss of power, or not at all. */
  atomically<Result>(work: () => Result): Result {
    if (this.#together !== undefined) return work();
    const writes: Write[] = [];
    this.#together = writes;
    try {
      return work();
    } finally {
      this.#together = undefined;
      if (writes.length > 0) this.#enter(writes);
    }
  }

  #write(write: Write): void {
    this.#apply(write);
    if (this.#together === undefined) this.#enter([write]);
    else this.#together.push(write);
  }

  #enter(entry: Entry): void {
    this.#disk.append(this.#current, entry);
    if (this.#next !== undefined) this.#disk.append(this.#next, entry);
    this.#length++;
    if (!this.#rewriting && this.#length >= this.#rewriteAt && this.#length >= 2 * this.#live())
      this.#rewrite();
  }

  #apply(write: Write): void {
    const [kind, name] = write;
    switch (kind) {
      case "set":
        this.#values.set(name, write[2]);
        return;
      case "remove":
        this.#values.delete(name);
        return;
      case "append":
        this.#log(name).push(write[2]);
        return;
      case "truncate":
        this.#log(name).splice(write[2]);
        return;
      default:
        kind satisfies never;
    }
  }

  #log(name: string): Json[] {
    let log = this.#logs.get(name);
    if (log === undefined) this.#logs.set(name, (log = []));
    return log;
  }

  /** Entries that say what the journal amounts to. */
  #live(): number {
    let live = this.#values.size;
    for (const log of this.#logs.values()) live += log.length;
    return live;
  }

  /** Each step has to be durable before the next: at every moment the journal that counts is whole. */
  #rewrite(): void {
    this.#rewriting = true;
    this.#disk.sync(() => {
      this.#begin(other(this.#current));
      this.#disk.sync(() => {
        this.#disk.set(CURRENT, this.#next!);
        this.#disk.sync(() => this.#end());
      });
    });
  }

  /** The other journal may hold what a rewriting left that did not end. */
  #begin(next: string): void {
    this.#next = next;
    this.#disk.truncate(next, 0);
    for (const [key, value] of this.#values) this.#disk.append(next, [["set", key, value]]);
    for (const [log, entries] of this.#logs)
      for (const entry of entries) this.#disk.append(next, [["append", log, entry]]);
  }

  #end(): void {
    this.#disk.truncate(this.#current, 0);
    this.#current = this.#next!;
    this.#next = undefined;
    this.#length = this.#disk.read(this.#current).length;
    this.#rewriting = false;
  }
}

const other = (journal: string): string => (journal === "a" ? "b" : "a");
