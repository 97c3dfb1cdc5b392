import type { Json } from "#core/json";
import type { NodeDisk } from "#core/store-node";
import { freezeJson } from "./freeze.ts";

/** The disk of one simulated node: outlives the node's crashes; every write is durable at once. */
export class SimDisk implements NodeDisk {
  readonly #values = new Map<string, Json>();
  readonly #logs = new Map<string, Json[]>();

  get(key: string): Json | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Json): void {
    this.#values.set(key, freezeJson(value));
  }

  remove(key: string): void {
    this.#values.delete(key);
  }

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  append(log: string, entry: Json): void {
    const entries = this.#logs.get(log);
    if (entries === undefined) this.#logs.set(log, [freezeJson(entry)]);
    else entries.push(freezeJson(entry));
  }

  read(log: string): readonly Json[] {
    return [...(this.#logs.get(log) ?? [])];
  }

  truncate(log: string, length: number): void {
    const entries = this.#logs.get(log);
    if (entries !== undefined && entries.length > length) entries.length = length;
  }

  sync(done: () => void): void {
    done();
  }
}
