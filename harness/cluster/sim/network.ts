import { CLIENTS, type Link, type LinkConditions } from "#core/cluster";
import { assert } from "#core/errors";
import type { Json } from "#core/json";
import type { Random } from "#core/random";
import type { NetworkOptions } from "#core/store-node";
import { freezeJson } from "./freeze.ts";
import { createLink, drawCopies, drawFlight, drawHoldBack, holderOf, type SimLink } from "./link.ts";
import type { SimRuntime } from "./runtime.ts";
import { Shape } from "./shape.ts";
import { SimStream } from "./stream.ts";

/** What became of the messages between nodes since the start. */
export interface NetworkCounts {
  sent: number;
  delivered: number;
  /** Dropped by blocked links, when sent or when due. */
  blocked: number;
  /** Lost by chance, or because a queue was full. */
  lost: number;
}

/** What a network is made of. */
export interface NetworkParts {
  readonly runtime: SimRuntime;
  readonly random: Random;
  readonly nodes: readonly string[];
  options(from: string, to: string): NetworkOptions;
  /** Hands a message that arrived to its node. */
  receive(to: string, from: string, message: Json): void;
}

/**
 * The network between simulated nodes, and between them and the clients. A message is dropped if its link is blocked when
 * it is sent or when it is due: a cut loses what is in flight.
 */
export class SimNetwork {
  readonly counts: NetworkCounts = { sent: 0, delivered: 0, blocked: 0, lost: 0 };
  readonly #parts: NetworkParts;
  readonly #runtime: SimRuntime;
  readonly #links = new Map<string, Map<string, SimLink>>();

  constructor(parts: NetworkParts) {
    this.#parts = parts;
    this.#runtime = parts.runtime;
    const ends = [...parts.nodes, CLIENTS];
    for (const from of ends) this.#links.set(from, new Map(ends.map((to) => [to, this.#create(from, to)])));
  }

  /** From node to node: a datagram. */
  send(from: string, to: string, message: Json): void {
    const link = this.#link(from, to);
    freezeJson(message);
    this.counts.sent++;
    if (link.blocks > 0) {
      this.#drop(link);
      return;
    }
    const copies = drawCopies(link);
    if (copies === 0) this.counts.lost++;
    for (let copy = 0; copy < copies; copy++) this.#launch(link, message);
  }

  /** One direction of a new connection. */
  openStream(from: string, to: string): SimStream {
    return new SimStream(this.#runtime, this.#link(from, to));
  }

  block(links: readonly Link[]): void {
    for (const { from, to } of links) {
      const link = this.#link(from, to);
      if (link.blocks++ === 0) link.dropped = 0;
    }
  }

  unblock(links: readonly Link[]): void {
    for (const { from, to } of links) {
      const link = this.#link(from, to);
      link.blocks = Math.max(0, link.blocks - 1);
    }
  }

  unblockAll(): void {
    for (const link of this.#all()) link.blocks = 0;
  }

  isBlocked(from: string, to: string): boolean {
    return this.#link(from, to).blocks > 0;
  }

  /** Messages dropped by links that are blocked now: these, or all. */
  dropped(links?: readonly Link[]): number {
    const asked = links?.map(({ from, to }) => this.#link(from, to)) ?? [...this.#all()];
    return asked.reduce((sum, { blocks, dropped }) => sum + (blocks > 0 ? dropped : 0), 0);
  }

  shape(links: readonly Link[], conditions: LinkConditions): Shape {
    const shape = new Shape(conditions);
    for (const { from, to } of links) {
      const link = this.#link(from, to);
      link.shapes = [...link.shapes, { shape, freeAt: 0 }];
    }
    return shape;
  }

  unshape(shape: Shape): void {
    for (const link of this.#all()) link.shapes = link.shapes.filter((one) => one.shape !== shape);
    shape.release();
  }

  unshapeAll(): void {
    const shapes = new Set([...this.#all()].flatMap((link) => link.shapes.map(({ shape }) => shape)));
    for (const shape of shapes) this.unshape(shape);
  }

  #create(from: string, to: string): SimLink {
    const { options, random } = this.#parts;
    return createLink(from, to, options(from, to), random.fork(`${from}>${to}`));
  }

  #link(from: string, to: string): SimLink {
    const link = this.#links.get(from)?.get(to);
    assert(link !== undefined, `no link from ${from} to ${to}`);
    return link;
  }

  *#all(): Iterable<SimLink> {
    for (const links of this.#links.values()) yield* links.values();
  }

  #launch(link: SimLink, message: Json): void {
    const holder = holderOf(link);
    if (holder !== undefined) {
      holder.hold(() => this.#launch(link, message));
      return;
    }
    const now = this.#runtime.now();
    let flight = drawFlight(link, message, now);
    if (flight === undefined) {
      this.counts.lost++;
      return;
    }
    if (link.options.ordered) {
      link.lastArrival = Math.max(link.lastArrival, now + flight);
      flight = link.lastArrival - now;
    }
    this.#runtime.schedule(flight + drawHoldBack(link), () => this.#arrive(link, message));
  }

  #arrive(link: SimLink, message: Json): void {
    if (link.blocks > 0) {
      this.#drop(link);
      return;
    }
    this.counts.delivered++;
    this.#parts.receive(link.to, link.from, message);
  }

  #drop(link: SimLink): void {
    link.dropped++;
    this.counts.blocked++;
  }
}
