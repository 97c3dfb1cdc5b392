import { assert } from "#core/errors";
import type { Json } from "#core/json";
import type { NodeDisk } from "#core/store-node";
import type { Append, Entry, LogEnd } from "./messages.ts";

const LOG = "entries";

export interface Acceptance {
  /** Up to where the logs agree now; undefined if the entry before the first one sent is missing or another. */
  readonly agreed: number | undefined;
  /** Up to where this log is what it was. */
  readonly kept: number;
}

/** A node's copy of the log, on its disk. Indexes begin at 1; index 0 stands before the first entry and has term 0. */
export class ReplicatedLog<Command extends Json = Json> {
  readonly #disk: NodeDisk;
  readonly #entries: Entry<Command>[];

  constructor(disk: NodeDisk) {
    this.#disk = disk;
    this.#entries = [...(disk.read(LOG) as readonly Entry<Command>[])];
  }

  get lastIndex(): number {
    return this.#entries.length;
  }

  get end(): LogEnd {
    return { lastIndex: this.lastIndex, lastTerm: this.termAt(this.lastIndex) };
  }

  termAt(index: number): number {
    return index === 0 ? 0 : this.#at(index).term;
  }

  commandAt(index: number): Command {
    return this.#at(index).command;
  }

  /** At most `limit` entries from index `from` up to index `to`. */
  slice(from: number, to: number, limit: number): readonly Entry<Command>[] {
    return this.#entries.slice(from - 1, Math.min(to, from - 1 + limit));
  }

  append(entry: Entry<Command>): number {
    this.#entries.push(entry);
    this.#disk.append(LOG, entry);
    return this.lastIndex;
  }

  /** The last index, `index` at most, whose term is `term` at most: two logs cannot agree after it. */
  lastWithin(index: number, term: number): number {
    let at = Math.min(index, this.lastIndex);
    while (this.termAt(at) > term) at--;
    return at;
  }

  /** Makes this log agree with the leader's: entries of another history are cut off. */
  accept({ prevIndex, prevTerm, entries }: Append<Command>): Acceptance {
    let kept = this.lastIndex;
    if (prevIndex > kept || this.termAt(prevIndex) !== prevTerm) return { agreed: undefined, kept };
    let index = prevIndex;
    for (const entry of entries) {
      index++;
      if (index <= this.lastIndex && this.termAt(index) !== entry.term) {
        kept = index - 1;
        this.#truncate(kept);
      }
      if (index > this.lastIndex) this.append(entry);
    }
    return { agreed: index, kept };
  }

  /** Whether a log that ends so has all that this one has, as far as voters can tell (Raft §5.4.1). */
  isCoveredBy({ lastIndex, lastTerm }: LogEnd): boolean {
    const own = this.end;
    return lastTerm > own.lastTerm || (lastTerm === own.lastTerm && lastIndex >= own.lastIndex);
  }

  #truncate(length: number): void {
    this.#entries.length = length;
    this.#disk.truncate(LOG, length);
  }

  #at(index: number): Entry<Command> {
    const entry = this.#entries[index - 1];
    assert(entry !== undefined, `no log entry ${index} of ${this.lastIndex}`);
    return entry;
  }
}
