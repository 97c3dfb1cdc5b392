import { MILLISECOND } from "#core/units";
import type { ReplicaParts } from "../../parts.ts";
import type { Shipped } from "./messages.ts";

const OUTBOX = "outbox";
/** Updates of one message: a node far behind catches up in several. */
const BATCH = 100;
/** After this long without news from a peer, what it has not confirmed is sent again. */
const RESEND = 100 * MILLISECOND;

/** What is known of one peer. */
interface Peer {
  /** It has this node's updates up to this number. */
  have: number;
  /** A message with updates is on its way. */
  waiting: boolean;
}

/** This node's own updates, in order, on disk, and how far each peer has them. */
export class Shipping {
  readonly #parts: ReplicaParts;
  readonly #updates: Shipped[];
  readonly #peers: ReadonlyMap<string, Peer>;
  /** Updates up to here may leave: written to disk, and held back long enough. */
  #ripe: number;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.#updates = [...(parts.durability.disk.read(OUTBOX) as readonly Shipped[])];
    this.#ripe = this.#updates.length;
    this.#peers = new Map(parts.context.peers.map((peer) => [peer, { have: 0, waiting: false }]));
    this.#tick();
  }

  /** Number of the latest update. */
  get last(): number {
    return this.#updates.length;
  }

  add(update: Omit<Shipped, "number">): void {
    const { durability, context, settings } = this.#parts;
    const number = this.#updates.length + 1;
    const shipped: Shipped = { ...update, number };
    this.#updates.push(shipped);
    durability.disk.append(OUTBOX, shipped);
    durability.whenDurable(() => {
      if (settings.replicationLag === 0) this.#ripen(number);
      else context.after(settings.replicationLag * MILLISECOND, () => this.#ripen(number));
    });
  }

  /** What brings nothing new is left to the timer: were it answered, each doubled message would double all that follow. */
  onHave(from: string, number: number): void {
    const peer = this.#peers.get(from);
    if (peer === undefined || number <= peer.have) return;
    peer.waiting = false;
    peer.have = number;
    if (peer.have < this.#ripe) this.#ship(from, peer);
  }

  #ripen(number: number): void {
    this.#ripe = Math.max(this.#ripe, number);
    for (const [name, peer] of this.#peers) if (!peer.waiting) this.#ship(name, peer);
  }

  #ship(name: string, peer: Peer): void {
    const updates = this.#updates.slice(peer.have, Math.min(this.#ripe, peer.have + BATCH));
    peer.waiting = updates.length > 0;
    this.#parts.context.send(name, { type: "ship", from: peer.have, updates });
  }

  #tick(): void {
    this.#parts.context.after(RESEND, () => {
      if (this.#parts.rules.delivery.resend)
        for (const [name, peer] of this.#peers) if (peer.have < this.#ripe) this.#ship(name, peer);
      this.#tick();
    });
  }
}
