import type { Link } from "#core/cluster";
import type { Random } from "#core/random";
import type { Runtime } from "#core/runtime";
import type { NetworkOptions } from "#core/store-node";

/** What became of messages since the start; those of clients are not counted. */
export interface NetworkCounts {
  sent: number;
  delivered: number;
  /** Dropped by blocked links, when sent or when due. */
  blocked: number;
  /** Lost by chance. */
  lost: number;
}

interface LinkState {
  readonly random: Random;
  blocked: boolean;
  lastArrival: number;
}

/**
 * The network between nodes, and between nodes and services: delays, losses and blocked links. A cut loses what is in flight.
 */
export class MessageNetwork {
  readonly counts: NetworkCounts = { sent: 0, delivered: 0, blocked: 0, lost: 0 };
  readonly #runtime: Runtime;
  readonly #random: Random;
  readonly #options: NetworkOptions;
  readonly #links = new Map<string, LinkState>();
  #blockedBefore = 0;
  #inFlight = 0;

  constructor(runtime: Runtime, random: Random, options: NetworkOptions) {
    this.#runtime = runtime;
    this.#random = random;
    this.#options = options;
  }

  /** Characters of messages under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Messages dropped by blocked links since the last `unblock`. */
  get dropped(): number {
    return this.counts.blocked - this.#blockedBefore;
  }

  get isCut(): boolean {
    return this.#links.values().some(({ blocked }) => blocked);
  }

  block(links: readonly Link[]): void {
    for (const { from, to } of links) this.#link(from, to).blocked = true;
  }

  unblock(): void {
    for (const link of this.#links.values()) link.blocked = false;
    this.#blockedBefore = this.counts.blocked;
  }

  isBlocked(from: string, to: string): boolean {
    return this.#link(from, to).blocked;
  }

  /** `size`: characters, to bound what is under way. */
  send(from: string, to: string, size: number, deliver: () => void): void {
    const link = this.#link(from, to);
    const { loss, duplication } = this.#options;
    this.counts.sent++;
    if (link.blocked) this.counts.blocked++;
    else {
      if (loss > 0 && link.random.chance(loss)) this.counts.lost++;
      else this.#carry(link, size, deliver);
      if (duplication > 0 && link.random.chance(duplication)) this.#carry(link, size, deliver);
    }
  }

  #carry(link: LinkState, size: number, deliver: () => void): void {
    const { delayMin, delayTail, ordered } = this.#options;
    let delay = delayMin + (delayTail === 0 ? 0 : link.random.exponential(delayTail));
    if (ordered) {
      const now = this.#runtime.now();
      link.lastArrival = Math.max(link.lastArrival, now + delay);
      delay = link.lastArrival - now;
    }
    const arrive = (): void => {
      this.#inFlight -= size;
      if (link.blocked) {
        this.counts.blocked++;
        return;
      }
      this.counts.delivered++;
      deliver();
    };
    this.#inFlight += size;
    if (delay === 0) arrive();
    else this.#runtime.after(delay, arrive);
  }

  #link(from: string, to: string): LinkState {
    const name = `${from}>${to}`;
    let link = this.#links.get(name);
    if (link === undefined) {
      link = { random: this.#random.fork(name), blocked: false, lastArrival: 0 };
      this.#links.set(name, link);
    }
    return link;
  }
}
