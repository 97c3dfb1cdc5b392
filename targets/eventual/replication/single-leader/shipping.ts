import type { NodeContext } from "#core/store-node";
import type { Nanoseconds } from "#core/units";
import type { AppendReply } from "./messages.ts";
import { reachedBy } from "./quorum.ts";
import type { ReplicatedLog } from "./replicated-log.ts";

/** Entries of one message: a follower far behind catches up in several. */
const BATCH = 500;

/** What the leader knows of one follower. */
interface Follower {
  /** The logs agree up to here. */
  match: number;
  /** The first entry to send. */
  next: number;
  /** Entries up to here were sent at least once. */
  sent: number;
  /** A message with entries is on its way; the next heartbeat takes it for lost. */
  waiting: boolean;
  /** The commit index last sent. */
  told: number;
  lastHeard: Nanoseconds;
}

export interface ShippingSettings {
  readonly term: number;
  /** How long new entries are held back. */
  readonly lag: Nanoseconds;
  /** The leader's commit index, now. */
  readonly commit: () => number;
  /** Whether an entry counts as a follower's once it was sent, which is a bug; absent: once the follower said that it has it. */
  readonly countWhenSent?: boolean;
}

/** Ships one leader's log to its followers for the length of its term: one message at a time to each, again until it is accepted. */
export class Shipping {
  readonly #context: NodeContext;
  readonly #log: ReplicatedLog;
  readonly #settings: ShippingSettings;
  readonly #followers: ReadonlyMap<string, Follower>;
  /** Entries up to here may leave. */
  #ripe: number;
  /** The leader itself has entries up to here on its disk. */
  #stored = 0;
  #ended = false;

  constructor(context: NodeContext, log: ReplicatedLog, settings: ShippingSettings) {
    this.#context = context;
    this.#log = log;
    this.#settings = settings;
    this.#ripe = log.lastIndex;
    const fresh = { match: 0, next: log.lastIndex + 1, sent: 0, waiting: false, told: 0 };
    const lastHeard = context.now();
    this.#followers = new Map(context.peers.map((peer) => [peer, { ...fresh, lastHeard }]));
  }

  /** The last index that `quorum` nodes have, the leader included. */
  reachedBy(quorum: number): number {
    const { countWhenSent = false } = this.#settings;
    const followers = [...this.#followers.values()].map(({ match, sent }) =>
      countWhenSent ? Math.max(match, sent) : match,
    );
    return reachedBy(quorum, [this.#stored, ...followers]);
  }

  /** Followers that have not been heard of for so long. */
  silentFor(time: Nanoseconds): readonly string[] {
    const since = this.#context.now() - time;
    return [...this.#followers].filter(([, { lastHeard }]) => lastHeard < since).map(([peer]) => peer);
  }

  /** The leader has its entries up to `index` where they count. */
  stored(index: number): void {
    this.#stored = Math.max(this.#stored, index);
  }

  /** The leader's log has grown. */
  appended(): void {
    if (this.#settings.lag === 0) this.#ripen(this.#log.lastIndex);
    else {
      const index = this.#log.lastIndex;
      this.#context.after(this.#settings.lag, () => this.#ripen(index));
    }
  }

  /** Sends every follower a heartbeat, with the entries it lacks. */
  heartbeat(): void {
    for (const [peer, follower] of this.#followers) this.#ship(peer, follower);
  }

  /** Tells the followers of the new commit index without waiting for the next heartbeat. */
  announce(): void {
    for (const [peer, follower] of this.#followers) this.#tell(peer, follower);
  }

  onReply(from: string, { accepted, index, indexTerm }: AppendReply): void {
    const follower = this.#followers.get(from);
    if (follower === undefined) return;
    follower.lastHeard = this.#context.now();
    const { match, next } = follower;
    if (accepted) {
      follower.match = Math.max(match, index);
      follower.next = follower.match + 1;
    } else follower.next = Math.min(next, Math.max(match, this.#log.lastWithin(index, indexTerm)) + 1);
    // What says nothing new begets nothing: where messages come twice, each would beget two, and so on.
    if (accepted ? follower.match === match : follower.next === next) return;
    follower.waiting = false;
    if (!accepted || follower.next <= this.#ripe) this.#ship(from, follower);
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

  #tell(peer: string, follower: Follower): void {
    if (!follower.waiting && follower.told < this.#settings.commit()) this.#ship(peer, follower);
  }

  #ship(peer: string, follower: Follower): void {
    const prevIndex = follower.next - 1;
    const entries = this.#log.slice(follower.next, this.#ripe, BATCH);
    follower.waiting = entries.length > 0;
    follower.sent = Math.max(follower.sent, prevIndex + entries.length);
    follower.told = this.#settings.commit();
    this.#context.send(peer, {
      type: "append",
      term: this.#settings.term,
      prevIndex,
      prevTerm: this.#log.termAt(prevIndex),
      entries,
      commit: follower.told,
    });
  }
}
