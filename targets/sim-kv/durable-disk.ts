import type { Json } from "#core/json";
import type { NodeDisk } from "#core/store-node";

/**
 * The node's disk, with one sync under way at a time: what waits for one that began too early waits for the next, together
 * with all that was written meanwhile (group commit).
 */
export class DurableDisk {
  readonly #disk: NodeDisk;
  /** What the process before this one wrote may not be synced either. */
  #written = 1;
  #synced = 0;
  #syncing = false;
  #waiting: { readonly written: number; readonly action: () => void }[] = [];

  constructor(disk: NodeDisk) {
    this.#disk = disk;
  }

  get(key: string): Json | undefined {
    return this.#disk.get(key);
  }

  set(key: string, value: Json): void {
    this.#written++;
    this.#disk.set(key, value);
  }

  append(log: string, entry: Json): void {
    this.#written++;
    this.#disk.append(log, entry);
  }

  read(log: string): readonly Json[] {
    return this.#disk.read(log);
  }

  truncate(log: string, length: number): void {
    this.#written++;
    this.#disk.truncate(log, length);
  }

  /** Runs once all that was written so far outlives a loss of power: at once if it does already. */
  whenSynced(action: () => void): void {
    if (this.#synced === this.#written) {
      action();
      return;
    }
    this.#waiting.push({ written: this.#written, action });
    this.#sync();
  }

  #sync(): void {
    if (this.#syncing || this.#waiting.length === 0) return;
    this.#syncing = true;
    const written = this.#written;
    this.#disk.sync(() => {
      this.#syncing = false;
      this.#synced = written;
      const due = this.#waiting.filter((one) => one.written <= written);
      this.#waiting = this.#waiting.filter((one) => one.written > written);
      for (const { action } of due) action();
      this.#sync();
    });
  }
}
