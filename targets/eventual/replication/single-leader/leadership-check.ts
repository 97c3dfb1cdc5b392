import type { NodeContext } from "#core/store-node";
import { majorityOf, reachedBy } from "./quorum.ts";

interface WaitingRead {
  /** The round that has to be confirmed, begun after the read came in. */
  readonly round: number;
  /** The entry that has to be applied first. */
  readonly index: number;
  readonly serve: () => void;
  readonly refuse: () => void;
}

/**
 * Lets a leader answer reads only after a majority said, later than the read came in, that it knows of no later term
 * (Raft §6.4, ReadIndex): a deposed leader never answers. Needs no clocks.
 */
export class LeadershipCheck {
  readonly #context: NodeContext;
  readonly #term: number;
  readonly #quorum: number;
  readonly #confirmed: Map<string, number>;
  #round = 0;
  #waiting: WaitingRead[] = [];

  /** @param quorum nodes that must confirm, the leader included */
  constructor(context: NodeContext, term: number, quorum = majorityOf(context.peers.length + 1)) {
    this.#context = context;
    this.#term = term;
    this.#quorum = quorum;
    this.#confirmed = new Map(context.peers.map((peer) => [peer, 0]));
  }

  /** Calls `serve` once leadership is confirmed and entry `index` applied, or `refuse` if it is lost. */
  add(read: { readonly index: number; readonly serve: () => void; readonly refuse: () => void }): void {
    this.#waiting.push({ ...read, round: ++this.#round });
    this.ask();
  }

  /** Asks again, in case question or answer was lost. */
  ask(): void {
    if (this.#waiting.length === 0) return;
    for (const peer of this.#context.peers) {
      this.#context.send(peer, { type: "confirm", term: this.#term, round: this.#round });
    }
  }

  onReply(from: string, round: number): void {
    this.#confirmed.set(from, Math.max(this.#confirmed.get(from) ?? 0, round));
  }

  /** Serves the reads that have all they wait for. */
  serve(applied: number): void {
    if (this.#waiting.length === 0) return;
    const confirmed = reachedBy(this.#quorum, [this.#round, ...this.#confirmed.values()]);
    const isReady = (read: WaitingRead): boolean => read.round <= confirmed && read.index <= applied;
    const ready = this.#waiting.filter(isReady);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter((read) => !isReady(read));
    for (const { serve } of ready) serve();
  }

  /** Leadership is lost. */
  end(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { refuse } of waiting) refuse();
  }
}
