import type { Client } from "#core/client";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Runtime } from "#core/runtime";
import type { Nanoseconds } from "#core/units";
import type { Application, SessionContext } from "#core/workload";

interface Entry {
  readonly value: Json;
  /** When it was asked for: what came back may be as old as that. */
  readonly since: Nanoseconds;
}

export interface TtlCacheSettings {
  readonly caches: number;
  readonly ttl: Nanoseconds;
  /** The level of the reads that a cache may answer. */
  readonly level: string;
}

/**
 * Caches between users and store, as resolvers of names and edges of a content network are: an answer is kept for its time to
 * live, and writes pass by. Each session belongs to one of them.
 */
export class TtlCaches implements Application {
  readonly madeOf = "session";
  readonly #settings: TtlCacheSettings;
  readonly #entries: readonly Map<string, Entry>[];

  constructor(settings: TtlCacheSettings) {
    this.#settings = settings;
    this.#entries = Array.from({ length: settings.caches }, () => new Map<string, Entry>());
  }

  session(client: Client, { runtime, process }: SessionContext): Client {
    const entries = this.#entries[process % this.#entries.length]!;
    return {
      invoke: (operation) => this.#invoke(operation, entries, { client, runtime }),
      close: () => client.close(),
    };
  }

  async #invoke(
    operation: Invocation,
    entries: Map<string, Entry>,
    { client, runtime }: { readonly client: Client; readonly runtime: Runtime },
  ): Promise<Reply> {
    const { f, key = "", level, final } = operation;
    if (f !== "read" || level !== this.#settings.level || final === true) return client.invoke(operation);
    const since = runtime.now();
    const kept = entries.get(key);
    // No node answered: the cache did.
    if (kept !== undefined && since - kept.since < this.#settings.ttl) return { value: kept.value };
    const reply = await client.invoke(operation);
    entries.set(key, { value: reply.value ?? null, since });
    return reply;
  }
}
