import { assert } from "#core/errors";
import { MILLISECOND } from "#core/units";
import type { Updated } from "../../datatypes/datatype.ts";
import type { UpdateRequest } from "../../protocol.ts";
import { answerTo } from "../answer.ts";
import type { Pending } from "../pending.ts";
import type { Reply } from "../replication.ts";
import type { LeaderlessParts } from "./leaderless.ts";
import { STAND_IN_SHARE } from "./stand-in.ts";

/** One write under way: the state goes to every replica, and the client hears once enough of them have it. */
export class QuorumWrite {
  readonly #parts: LeaderlessParts;
  readonly #pending: Pending<null>;
  readonly #request: UpdateRequest;
  readonly #updated: Updated;
  readonly #needed: number;
  readonly #reply: Reply;
  readonly #replicas: readonly string[];
  readonly #acknowledged = new Set<string>();
  /** Who stands in for whom. */
  readonly #standIns = new Map<string, string>();
  /** By replica: the hint kept for it until it has the write. */
  readonly #hints = new Map<string, number>();
  #answered = false;
  #id = 0;

  constructor(
    parts: LeaderlessParts,
    pending: Pending<null>,
    request: UpdateRequest,
    updated: Updated,
    needed: number,
    reply: Reply,
  ) {
    this.#parts = parts;
    this.#pending = pending;
    this.#request = request;
    this.#updated = updated;
    this.#needed = needed;
    this.#reply = reply;
    this.#replicas = parts.ring.replicas(request.key);
  }

  /** Hints are kept before the write leaves: whatever becomes of this node, no replica is forgotten. */
  start(): void {
    const { context, durability, settings, hints, rules } = this.#parts;
    const limit = settings.requestTimeout * MILLISECOND;
    this.#id = this.#pending.open(
      limit,
      (from) => this.#onAcknowledged(from),
      () => this.#end(),
    );
    for (const node of this.#replicas)
      if (hints !== undefined && node !== context.node)
        this.#hints.set(node, hints.keep(node, this.#request.key));
    durability.whenDurable(() => {
      for (const node of this.#replicas) if (node !== context.node) this.#send(node);
      this.#onAcknowledged(context.node);
    });
    if (settings.sloppy || rules.quorum.countStandIns)
      context.after(limit * STAND_IN_SHARE, () => this.#askStandIns());
  }

  #send(node: string, standsInFor?: string): void {
    const { key, object } = this.#request;
    const put = { type: "put", id: this.#id, key, object, state: this.#updated.state } as const;
    this.#parts.context.send(node, standsInFor === undefined ? put : { ...put, for: standsInFor });
  }

  #onAcknowledged(from: string): void {
    this.#acknowledged.add(from);
    this.#settleHint(from);
    if (!this.#answered && this.#count() >= this.#needed) this.#succeed();
    if (this.#answered && this.#missing().length === 0) this.#pending.close(this.#id);
  }

  #settleHint(node: string): void {
    const hint = this.#hints.get(node);
    if (hint !== undefined) this.#parts.hints?.settle(node, this.#request.key, hint);
  }

  #count(): number {
    const { settings, rules } = this.#parts;
    const standInsCount = settings.sloppy || rules.quorum.countStandIns;
    const counted = [...this.#acknowledged].filter((node) => standInsCount || this.#replicas.includes(node));
    return rules.quorum.acknowledgements(counted.length);
  }

  #missing(): readonly string[] {
    return this.#replicas.filter((node) => !this.#acknowledged.has(node));
  }

  #succeed(): void {
    this.#answered = true;
    const { key, object } = this.#request;
    const answer = answerTo(this.#updated, this.#parts.replica.datatype(key, object));
    this.#reply({
      ...answer,
      ...(answer.context === undefined ? {} : { token: { [key]: answer.context } }),
    });
  }

  /** Each replica that has not answered gets a stand-in: the next node of the ring that is neither. */
  #askStandIns(): void {
    const free = this.#parts.ring
      .preference(this.#request.key)
      .filter((node) => !this.#replicas.includes(node) && node !== this.#parts.context.node);
    for (const missing of this.#missing()) {
      const standIn = free.shift();
      if (standIn === undefined) return;
      this.#standIns.set(standIn, missing);
      this.#send(standIn, missing);
    }
  }

  /** Time is up: hints stay for replicas that missed the write and for which no other node stands in. */
  #end(): void {
    assert(!this.#answered || this.#count() >= this.#needed, "answered without a quorum");
    const covered = new Set(
      [...this.#standIns].flatMap(([node, replica]) => (this.#acknowledged.has(node) ? [replica] : [])),
    );
    for (const node of covered) this.#settleHint(node);
    if (this.#answered) return;
    if (this.#parts.rules.quorum.acknowledgeLate) {
      this.#succeed();
      return;
    }
    this.#answered = true;
    const have = this.#count();
    this.#reply({ error: "no-quorum", reason: `${have} of ${this.#needed} replicas confirmed in time` });
  }
}
