import type { Random } from "#core/random";
import type { Settings } from "../options.ts";
import { Ring } from "../ring.ts";

const HAS_LEADER: ReadonlySet<Settings["replication"]> = new Set([
  "async-leader",
  "semi-sync",
  "sync-leader",
]);

/** Whether one node takes all writes. */
export const hasLeader = (settings: Settings): boolean => HAS_LEADER.has(settings.replication);

/**
 * Which node a session without an order to ask a certain one turns to. It stays with its home (sticky) until that fails it, then
 * moves on to the next.
 */
export class Routing {
  readonly #settings: Settings;
  readonly #nodes: readonly string[];
  readonly #ring: Ring;
  readonly #random: Random;
  #home: number;

  constructor(settings: Settings, nodes: readonly string[], process: number, random: Random) {
    this.#settings = settings;
    this.#nodes = nodes;
    this.#ring = new Ring(nodes, settings.replication === "leaderless" ? settings.copies : undefined);
    this.#random = random;
    this.#home = process % nodes.length;
  }

  /** A node failed the session: if it is the home, the next one is from now on. */
  failed(node: string): void {
    if (this.#nodes[this.#home] === node) this.#home = (this.#home + 1) % this.#nodes.length;
  }

  /** Of the nodes that hold the key: the home or the next after it, or with `reads: any` a random one. */
  choose(key: string): string {
    const replicas = this.#ring.replicas(key);
    if (this.#settings.reads === "any") return this.#random.pick(replicas);
    for (let step = 0; step < this.#nodes.length; step++) {
      const node = this.#nodes[(this.#home + step) % this.#nodes.length] as string;
      if (replicas.includes(node)) return node;
    }
    return this.#random.pick(this.#nodes);
  }

  /** A node for a read where one leads: any, or any but the leader. */
  chooseReader(leader: string | undefined): string {
    const { reads } = this.#settings;
    if (reads === "home") return this.#nodes[this.#home] as string;
    const others = reads === "follower" ? this.#nodes.filter((node) => node !== leader) : this.#nodes;
    return this.#random.pick(others.length === 0 ? this.#nodes : others);
  }
}
