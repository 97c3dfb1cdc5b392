import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { ProtocolBody } from "#core/target";
import { canonicalJson } from "#core/value-table";
import { isSame } from "./lin-kv.ts";
import { kvProblem, kvStep, type Service } from "./service.ts";

/** How many changes back a request may find the store. */
const WINDOW = 32;

interface Change {
  readonly version: number;
  readonly key: string;
  /** Undefined: there was none. */
  readonly before: Json | undefined;
}

/**
 * A sequentially consistent key-value store. A request that changes nothing may be served from a past state, but never from one older than
 * its client has met; changes are made to the latest state. So all requests have one order, which keeps each client's own.
 */
export class SeqKv implements Service {
  readonly #random: Random;
  readonly #values = new Map<string, Json>();
  /** The latest changes, oldest first. */
  #changes: Change[] = [];
  #version = 0;
  /** The version that each client met last. */
  readonly #met = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  handle(request: ProtocolBody, client: string): ProtocolBody {
    const problem = kvProblem(request);
    if (problem !== undefined) return problem;
    const key = canonicalJson(request["key"] as Json);
    const oldest = Math.max(this.#met.get(client) ?? 0, this.#version - this.#changes.length);
    const version = this.#random.between(oldest, this.#version);
    const past = kvStep(request, this.#valueAt(key, version), isSame);
    if (past.change === undefined) {
      this.#met.set(client, version);
      return past.reply;
    }
    const { reply, change } = kvStep(request, this.#values.get(key), isSame);
    if (change !== undefined) this.#apply(key, change.value);
    this.#met.set(client, this.#version);
    return reply;
  }

  #apply(key: string, value: Json): void {
    this.#changes.push({ version: ++this.#version, key, before: this.#values.get(key) });
    if (this.#changes.length > WINDOW) this.#changes = this.#changes.slice(-WINDOW);
    this.#values.set(key, value);
  }

  #valueAt(key: string, version: number): Json | undefined {
    const next = this.#changes.find((change) => change.version > version && change.key === key);
    return next === undefined ? this.#values.get(key) : next.before;
  }
}
