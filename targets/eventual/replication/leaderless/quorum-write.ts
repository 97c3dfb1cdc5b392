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

  start(): void {
    const { context, durability, settings } = this.#parts;
    const limit = settings.requestTimeout * MILLISECOND;
    this.#id = this.#pending.open(
      limit,
      (from) => this.#onAcknowledged(from),
      () => this.#end(),
    );
    // Nobody compares the copy of a node that only stands in: it must be handed over even if this process ends first.
    if (!this.#replicas.includes(context.node))
      for (const node of this.#replicas) this.#parts.hints?.keep(node, this.#request.key);
    durability.whenDurable(() => {
      for (const node of this.#replicas) if (node !== context.node) this.#send(node);
      this.#onAcknowledged(context.node);
    });
    if (settings.sloppy) context.after(limit * STAND_IN_SHARE, () => this.#askStandIns());
  }

  #send(node: string, standsInFor?: string): void {
    const { key, object } = this.#request;
    const put = { type: "put", id: this.#id, key, object, state: this.#updated.state } as const;
    this.#parts.context.send(node, standsInFor === undefined ? put : { ...put, for: standsInFor });
  }

  #onAcknowledged(from: string): void {
    this.#acknowledged.add(from);
    if (!this.#answered && this.#count() >= this.#needed) this.#succeed();
    if (this.#answered && this.#missing().length === 0) this.#pending.close(this.#id);
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

  /** Time is up: what missed a replica is kept for it. */
  #end(): void {
    assert(!this.#answered || this.#count() >= this.#needed, "answered without a quorum");
    const covered = new Set(
      [...this.#standIns].flatMap(([node, replica]) => (this.#acknowledged.has(node) ? [replica] : [])),
    );
    for (const node of this.#missing())
      if (!covered.has(node)) this.#parts.hints?.keep(node, this.#request.key);
    if (this.#answered) return;
    this.#answered = true;
    const have = this.#count();
    this.#reply({ error: "no-quorum", reason: `${have} of ${this.#needed} replicas confirmed in time` });
  }
}
