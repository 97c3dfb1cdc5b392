import {
  closeSync,
  existsSync,
  fdatasync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Json } from "#core/json";
import type { NodeDisk } from "#core/store-node";
import { freezeJson } from "../sim/freeze.ts";

const JOURNAL = "journal.jsonl";
/** A journal is written anew when it is twice as long as what it amounted to last, and at least this long. */
const COMPACT_BYTES = 64 << 20;

/** One write, as a line of the journal. */
type Entry =
  | readonly ["set", key: string, value: Json]
  | readonly ["remove", key: string]
  | readonly ["append", log: string, entry: Json]
  | readonly ["truncate", log: string, length: number];

/**
 * A node's disk as one file: every write is a line, handed to the operating system at once (so that it outlives the process)
 * and forced to the device by `sync`. A line that was cut off ends the journal.
 */
export class JournalDisk implements NodeDisk, Disposable {
  readonly #folder: string;
  readonly #path: string;
  readonly #compactBytes: number;
  #file: OpenFile;
  #bytes: number;
  #compactAt: number;
  readonly #values = new Map<string, Json>();
  readonly #logs = new Map<string, Json[]>();

  /** @param folder an existing folder @param compactBytes length from which the journal may be written anew */
  constructor(folder: string, compactBytes = COMPACT_BYTES) {
    this.#folder = folder;
    this.#path = join(folder, JOURNAL);
    this.#compactBytes = compactBytes;
    this.#compactAt = compactBytes;
    const whole = existsSync(this.#path) ? this.#load(readFileSync(this.#path)) : 0;
    this.#file = new OpenFile(this.#path, "a");
    ftruncateSync(this.#file.descriptor, whole);
    this.#bytes = whole;
    syncFolder(folder);
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
    this.#file.sync(done);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  /** @returns length of the part that can be read */
  #load(bytes: Buffer): number {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      try {
        this.#apply(JSON.parse(bytes.toString("utf8", start, end)) as Entry);
      } catch {
        return start;
      }
      start = end + 1;
    }
    return start;
  }

  #write(entry: Entry): void {
    // What the store changed in it afterwards would be in memory and not in the file.
    freezeJson(entry[2] ?? null);
    this.#apply(entry);
    const line = `${JSON.stringify(entry)}\n`;
    writeSync(this.#file.descriptor, line);
    this.#bytes += Buffer.byteLength(line);
    if (this.#bytes > this.#compactAt) this.#compact();
  }

  #apply(entry: Entry): void {
    switch (entry[0]) {
      case "set":
        this.#values.set(entry[1], entry[2]);
        return;
      case "remove":
        this.#values.delete(entry[1]);
        return;
      case "append": {
        const entries = this.#logs.get(entry[1]);
        if (entries === undefined) this.#logs.set(entry[1], [entry[2]]);
        else entries.push(entry[2]);
        return;
      }
      case "truncate": {
        const entries = this.#logs.get(entry[1]);
        if (entries !== undefined) entries.length = Math.min(entries.length, entry[2]);
        return;
      }
      default:
        entry satisfies never;
    }
  }

  /** Writes what the journal amounts to beside it, and then takes its place. */
  #compact(): void {
    const next = `${this.#path}.next`;
    const file = new OpenFile(next, "w");
    let bytes = 0;
    const write = (entry: Entry): void => {
      bytes += writeSync(file.descriptor, `${JSON.stringify(entry)}\n`);
    };
    for (const [key, value] of this.#values) write(["set", key, value]);
    for (const [log, entries] of this.#logs) for (const entry of entries) write(["append", log, entry]);
    fsyncSync(file.descriptor);
    renameSync(next, this.#path);
    syncFolder(this.#folder);
    this.#file[Symbol.dispose]();
    this.#file = file;
    this.#bytes = bytes;
    this.#compactAt = Math.max(this.#compactBytes, 2 * bytes);
  }
}

/** A file that is closed only once no sync of it is under way: its number may be another file's by then. */
class OpenFile implements Disposable {
  readonly descriptor: number;
  #syncs = 0;
  #disposed = false;

  constructor(path: string, flags: "a" | "w") {
    this.descriptor = openSync(path, flags);
  }

  sync(done: () => void): void {
    this.#syncs++;
    fdatasync(this.descriptor, (error) => {
      this.#syncs--;
      this.#closeIfUnused();
      if (error !== null) throw error;
      done();
    });
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (this.#disposed && this.#syncs === 0) closeSync(this.descriptor);
  }
}

/** A new name in a folder outlives a loss of power only once the folder is synced. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
