import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { ProtocolBody } from "#core/target";
import { canonicalJson } from "#core/value-table";
import { isSame } from "./lin-kv.ts";
import { kvProblem, kvStep, type Service } from "./service.ts";

const REPLICAS = 5;
/** Of each request, that a pair of replicas has met before it. */
const GOSSIP = 0.5;

interface Entry {
  readonly time: number;
  readonly value: Json;
}

/** One replica and its Lamport clock. */
class Replica {
  clock = 0;
  readonly entries = new Map<string, Entry>();

  set(key: string, value: Json): void {
    this.entries.set(key, { time: ++this.clock, value });
  }

  /** Takes what is newer from another; of equal times the greater text wins, so that all replicas agree. */
  learn({ clock, entries }: Replica): void {
    this.clock = Math.max(this.clock, clock);
    for (const [key, entry] of entries) {
      const own = this.entries.get(key);
      if (own === undefined || isNewer(entry, own)) this.entries.set(key, entry);
    }
  }
}

const isNewer = (a: Entry, b: Entry): boolean =>
  a.time > b.time || (a.time === b.time && canonicalJson(a.value) > canonicalJson(b.value));

/**
 * A key-value store whose last writer wins, made to lose writes: every request goes to some replica, which answers alone, and
 * pairs of replicas exchange what they have now and then.
 */
export class LwwKv implements Service {
  readonly #random: Random;
  readonly #replicas = Array.from({ length: REPLICAS }, () => new Replica());

  constructor(random: Random) {
    this.#random = random;
  }

  handle(request: ProtocolBody): ProtocolBody {
    const problem = kvProblem(request);
    if (problem !== undefined) return problem;
    if (this.#random.chance(GOSSIP))
      this.#random.pick(this.#replicas).learn(this.#random.pick(this.#replicas));
    const replica = this.#random.pick(this.#replicas);
    const key = canonicalJson(request["key"] as Json);
    const { reply, change } = kvStep(request, replica.entries.get(key)?.value, isSame);
    if (change !== undefined) replica.set(key, change.value);
    return reply;
  }
}
