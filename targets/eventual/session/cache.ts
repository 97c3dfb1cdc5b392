import type { Reply } from "#core/operation";
import type { Nanoseconds } from "#core/units";

/** A session's cache: what it read stays good for a fixed time, whatever others write meanwhile, as with DNS and CDNs. */
export class Cache {
  readonly #ttl: Nanoseconds;
  readonly #entries = new Map<string, { readonly reply: Reply; readonly until: Nanoseconds }>();

  /** @param ttl how long an answer is used; 0: never */
  constructor(ttl: Nanoseconds) {
    this.#ttl = ttl;
  }

  get(key: string, now: Nanoseconds): Reply | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && now < entry.until ? entry.reply : undefined;
  }

  /** @param asked when the read was sent: its answer is that old at most */
  put(key: string, reply: Reply, asked: Nanoseconds): void {
    if (this.#ttl > 0) this.#entries.set(key, { reply, until: asked + this.#ttl });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}
