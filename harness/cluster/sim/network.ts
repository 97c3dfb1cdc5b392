import type { Link } from "#core/cluster";
import { assert } from "#core/errors";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { NetworkOptions } from "#core/store-node";
import type { Nanoseconds } from "#core/units";
import { freezeJson } from "./freeze.ts";
import type { SimRuntime } from "./runtime.ts";

/** What became of the messages between nodes since the start. */
export interface NetworkCounts {
  sent: number;
  delivered: number;
  /** Dropped by blocked links, when sent or when due. */
  blocked: number;
  /** Lost by chance. */
  lost: number;
}

/** Hands a message that arrived to its node. */
export type Receive = (to: string, from: string, message: Json) => void;

/** One direction between two nodes. */
interface LinkState {
  readonly from: string;
  readonly to: string;
  readonly random: Random;
  blocked: boolean;
  /** When the latest message so far arrives. */
  lastArrival: Nanoseconds;
}

/**
 * The network between simulated nodes. A message is dropped if its link is blocked when it is sent or when it is due:
 * a cut loses what is in flight.
 */
export class SimNetwork {
  readonly counts: NetworkCounts = { sent: 0, delivered: 0, blocked: 0, lost: 0 };
  readonly #runtime: SimRuntime;
  readonly #options: NetworkOptions;
  readonly #links = new Map<string, Map<string, LinkState>>();
  readonly #receive: Receive;
  #blockedBefore = 0;

  constructor(
    runtime: SimRuntime,
    random: Random,
    nodes: readonly string[],
    options: NetworkOptions,
    receive: Receive,
  ) {
    this.#runtime = runtime;
    this.#options = options;
    this.#receive = receive;
    for (const from of nodes) {
      const links = new Map<string, LinkState>();
      for (const to of nodes) {
        links.set(to, { from, to, random: random.fork(`${from}>${to}`), blocked: false, lastArrival: 0 });
      }
      this.#links.set(from, links);
    }
  }

  send(from: string, to: string, message: Json): void {
    const link = this.#link(from, to);
    freezeJson(message);
    this.counts.sent++;
    if (link.blocked) {
      this.counts.blocked++;
      return;
    }
    const { loss, duplication } = this.#options;
    if (loss > 0 && link.random.chance(loss)) this.counts.lost++;
    else this.#carry(link, message);
    if (duplication > 0 && link.random.chance(duplication)) this.#carry(link, message);
  }

  block(links: readonly Link[]): void {
    for (const { from, to } of links) this.#link(from, to).blocked = true;
  }

  unblock(): void {
    for (const links of this.#links.values()) for (const link of links.values()) link.blocked = false;
    this.#blockedBefore = this.counts.blocked;
  }

  isBlocked(from: string, to: string): boolean {
    return this.#link(from, to).blocked;
  }

  /** Messages dropped by blocked links since the last `unblock`. */
  get dropped(): number {
    return this.counts.blocked - this.#blockedBefore;
  }

  #link(from: string, to: string): LinkState {
    const link = this.#links.get(from)?.get(to);
    assert(link !== undefined, `no link from ${from} to ${to}`);
    return link;
  }

  #carry(link: LinkState, message: Json): void {
    let delay = drawDelay(link.random, this.#options);
    if (this.#options.ordered) {
      const now = this.#runtime.now();
      link.lastArrival = Math.max(link.lastArrival, now + delay);
      delay = link.lastArrival - now;
    }
    this.#runtime.schedule(delay, () => this.#arrive(link, message));
  }

  #arrive(link: LinkState, message: Json): void {
    if (link.blocked) {
      this.counts.blocked++;
      return;
    }
    this.counts.delivered++;
    this.#receive(link.to, link.from, message);
  }
}

/** One-way delay of one message, whole nanoseconds. */
export const drawDelay = (random: Random, options: NetworkOptions): Nanoseconds =>
  options.delayMin + Math.round(random.exponential(options.delayTail));
