import type { Reply } from "#core/operation";
import type { Nanoseconds } from "#core/units";
import type { SessionRules } from "../rules.ts";

/** A session's cache: what it read stays good for a fixed time, whatever others write meanwhile, as with DNS and CDNs. */
export class Cache {
  readonly #ttl: Nanoseconds;
  readonly #rules: SessionRules;
  readonly #entries = new Map<string, { readonly reply: Reply; readonly until: Nanoseconds }>();

  /** @param ttl how long an answer is used; 0: never */
  constructor(ttl: Nanoseconds, rules: SessionRules) {
    this.#ttl = ttl;
    this.#rules = rules;
  }

  get(key: string, now: Nanoseconds): Reply | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || now >= entry.until) return undefined;
    if (this.#rules.renewCached) this.#entries.set(key, { reply: entry.reply, until: now + this.#ttl });
    return entry.reply;
  }

  /** @param asked when the read was sent: its answer is that old at most @param now when the answer came */
  put(key: string, reply: Reply, asked: Nanoseconds, now: Nanoseconds): void {
    if (this.#ttl > 0)
      this.#entries.set(key, { reply, until: this.#rules.cachedSince(asked, now) + this.#ttl });
  }

  /** The session changed the key. */
  forget(key: string): void {
    if (this.#rules.forgetChanged) this.#entries.delete(key);
  }
}
