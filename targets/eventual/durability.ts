import type { NodeDisk } from "#core/store-node";
import { Journal } from "./journal.ts";

/**
 * Holds back what tells others of a write until that write outlives a loss of power. Whoever writes uses `disk`; whoever sends
 * or replies does so in `whenDurable`. Writes that come while a sync is under way share the next one (group commit).
 */
export class Durability {
  /** The node's disk, journaled, so that writes become durable in their order, and watched for writes. */
  readonly disk: NodeDisk;
  readonly #journal: Journal;
  readonly #waits: boolean;
  /** What the process before this one wrote may not be synced. */
  #dirty = true;
  #syncing = false;
  #waiting: (() => void)[] = [];

  /** @param waits false: nothing is ever held back, which is a bug */
  constructor(disk: NodeDisk, waits: boolean) {
    this.#waits = waits;
    this.#journal = new Journal(disk);
    this.disk = this.#watched(this.#journal);
  }

  /** What `work` writes to `disk` outlives a loss of power as a whole, or not at all. */
  atomically<Result>(work: () => Result): Result {
    return this.#journal.atomically(work);
  }

  /** Runs `action` once all that was written so far is on disk; at once if it is. */
  whenDurable(action: () => void): void {
    if (!this.#waits || (!this.#dirty && !this.#syncing)) {
      action();
      return;
    }
    this.#waiting.push(action);
    if (!this.#syncing) this.#sync();
  }

  #sync(): void {
    const actions = this.#waiting;
    this.#waiting = [];
    this.#dirty = false;
    this.#syncing = true;
    this.disk.sync(() => {
      this.#syncing = false;
      for (const action of actions) action();
      if (this.#waiting.length > 0 && !this.#syncing) this.#sync();
    });
  }

  #watched(disk: NodeDisk): NodeDisk {
    const dirty = (): void => {
      this.#dirty = true;
    };
    return {
      get: (key) => disk.get(key),
      keys: () => disk.keys(),
      read: (log) => disk.read(log),
      set: (key, value) => (dirty(), disk.set(key, value)),
      remove: (key) => (dirty(), disk.remove(key)),
      append: (log, entry) => (dirty(), disk.append(log, entry)),
      truncate: (log, length) => (dirty(), disk.truncate(log, length)),
      sync: (done) => disk.sync(done),
    };
  }
}
