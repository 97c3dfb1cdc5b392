import type { NodeContext } from "#core/store-node";
import type { Nanoseconds } from "#core/units";
import type { AppendReply } from "./protocol.ts";
import { reachedByMajority } from "./quorum.ts";
import type { ReplicatedLog } from "./replicated-log.ts";

/** Entries of one message: a follower far behind catches up in several. */
const BATCH = 500;

/** What the leader knows of one follower. */
interface Follower {
  /** The logs agree up to here. */
  match: number;
  /** The first entry to send. */
  next: number;
  /** A message with entries is on its way; the next heartbeat takes it for lost. */
  waiting: boolean;
}

/** Ships one leader's log to its followers for the length of its term: one message at a time to each, again until it is accepted. */
export class Shipping {
  readonly #context: NodeContext;
  readonly #log: ReplicatedLog;
  readonly #term: number;
  readonly #lag: Nanoseconds;
  readonly #commit: () => number;
  readonly #followers: ReadonlyMap<string, Follower>;
  /** The leader's own disk has entries up to here for good. */
  #synced = 0;
  /** Entries up to here may leave. */
  #ripe: number;
  #ended = false;

  /** @param lag how long new entries are held back. @param commit the leader's commit index, now. */
  constructor(
    context: NodeContext,
    log: ReplicatedLog,
    settings: { readonly term: number; readonly lag: Nanoseconds; readonly commit: () => number },
  ) {
    this.#context = context;
    this.#log = log;
    this.#term = settings.term;
    this.#lag = settings.lag;
    this.#commit = settings.commit;
    this.#ripe = log.lastIndex;
    const next = log.lastIndex + 1;
    this.#followers = new Map(context.peers.map((peer) => [peer, { match: 0, next, waiting: false }]));
  }

  /** The last index that a majority has, synced, the leader included. */
  get majorityIndex(): number {
    const matches = [...this.#followers.values()].map(({ match }) => match);
    return reachedByMajority([this.#synced, ...matches]);
  }

  /** The leader's disk has entries up to `index` for good. */
  synced(index: number): void {
    this.#synced = Math.max(this.#synced, index);
  }

  /** The leader's log has grown. */
  appended(): void {
    if (this.#lag === 0) this.#ripen(this.#log.lastIndex);
    else {
      const index = this.#log.lastIndex;
      this.#context.after(this.#lag, () => this.#ripen(index));
    }
  }

  /** Sends every follower a heartbeat, with the entries it lacks. */
  heartbeat(): void {
    for (const [peer, follower] of this.#followers) this.#ship(peer, follower);
  }

  onReply(from: string, { accepted, index, indexTerm }: AppendReply): void {
    const follower = this.#followers.get(from);
    if (follower === undefined) return;
    follower.waiting = false;
    if (accepted) {
      follower.match = Math.max(follower.match, index);
      follower.next = follower.match + 1;
      if (follower.next <= this.#ripe) this.#ship(from, follower);
    } else {
      follower.next = Math.max(follower.match, this.#log.lastWithin(index, indexTerm)) + 1;
      this.#ship(from, follower);
    }
  }

  /** Leadership is lost: entries held back stay. */
  end(): void {
    this.#ended = true;
  }

  #ripen(index: number): void {
    if (this.#ended) return;
    this.#ripe = Math.max(this.#ripe, index);
    for (const [peer, follower] of this.#followers) {
      if (!follower.waiting && follower.next <= this.#ripe) this.#ship(peer, follower);
    }
  }

  #ship(peer: string, follower: Follower): void {
    const prevIndex = follower.next - 1;
    const entries = this.#log.slice(follower.next, this.#ripe, BATCH);
    follower.waiting = entries.length > 0;
    this.#context.send(peer, {
      type: "append",
      term: this.#term,
      prevIndex,
      prevTerm: this.#log.termAt(prevIndex),
      entries,
      commit: this.#commit(),
    });
  }
}
