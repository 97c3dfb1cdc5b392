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
  /** How many times it is blocked. */
  blocks: number;
  /** Messages dropped since it is blocked. */
  dropped: number;
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

  get isCut(): boolean {
    return this.#links.values().some(({ blocks }) => blocks > 0);
  }

  /** Messages dropped by links that are blocked now: these, or all. */
  dropped(links?: readonly Link[]): number {
    const asked = links?.map(({ from, to }) => this.#link(from, to)) ?? [...this.#links.values()];
    return asked.reduce((sum, { blocks, dropped }) => sum + (blocks > 0 ? dropped : 0), 0);
  }

  block(links: readonly Link[]): void {
    for (const { from, to } of links) {
      const link = this.#link(from, to);
      if (link.blocks++ === 0) link.dropped = 0;
    }
  }

  /** Takes one `block` of these links back, or all of all. */
  unblock(links?: readonly Link[]): void {
    if (links === undefined) for (const link of this.#links.values()) link.blocks = 0;
    for (const { from, to } of links ?? []) {
      const link = this.#link(from, to);
      link.blocks = Math.max(0, link.blocks - 1);
    }
  }

  isBlocked(from: string, to: string): boolean {
    return this.#link(from, to).blocks > 0;
  }

  /** `size`: characters, to bound what is under way. */
  send(from: string, to: string, size: number, deliver: () => void): void {
    const link = this.#link(from, to);
    const { loss, duplication } = this.#options;
    this.counts.sent++;
    if (link.blocks > 0) this.#drop(link);
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
      if (link.blocks > 0) {
        this.#drop(link);
        return;
      }
      this.counts.delivered++;
      deliver();
    };
    this.#inFlight += size;
    if (delay === 0) arrive();
    else this.#runtime.after(delay, arrive);
  }

  #drop(link: LinkState): void {
    this.counts.blocked++;
    link.dropped++;
  }

  #link(from: string, to: string): LinkState {
    const name = `${from}>${to}`;
    let link = this.#links.get(name);
    if (link === undefined) {
      link = { random: this.#random.fork(name), blocks: 0, dropped: 0, lastArrival: 0 };
      this.#links.set(name, link);
    }
    return link;
  }
}
