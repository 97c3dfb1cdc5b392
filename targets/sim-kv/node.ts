import { assert } from "#core/errors";
import type { Json } from "#core/json";
import type { NodeContext, StoreNode } from "#core/store-node";
import { MILLISECOND } from "#core/units";
import { Durability } from "../eventual/durability.ts";
import type { Status } from "../eventual/protocol.ts";
import { durableContext } from "../eventual/replication/single-leader/durable-context.ts";
import { Election } from "../eventual/replication/single-leader/election.ts";
import { LeadershipCheck } from "../eventual/replication/single-leader/leadership-check.ts";
import type { Append, Confirm } from "../eventual/replication/single-leader/messages.ts";
import { majorityOf } from "../eventual/replication/single-leader/quorum.ts";
import { ReplicatedLog } from "../eventual/replication/single-leader/replicated-log.ts";
import { Shipping } from "../eventual/replication/single-leader/shipping.ts";
import { Data } from "./data.ts";
import type { SimKvOptions } from "./options.ts";
import type { Command, PeerMessage, Refusal, Request, Response } from "./protocol.ts";

type Reply = (response: Response) => void;

/** What a node has as long as it leads. */
interface Leadership {
  readonly shipping: Shipping;
  readonly check: LeadershipCheck;
  /** Entry that begins the term: once it is applied, so is everything earlier leaders had committed. */
  readonly firstIndex: number;
  readonly stopHeartbeats: () => void;
}

const HEARTBEATS_PER_TIMEOUT = 5;

/**
 * One node of sim-kv: a log shipped by an elected leader and applied in order. With `majority` an entry is applied and
 * acknowledged once a majority has it on disk, synced (Raft). With `async` it is applied and acknowledged at once, wherever it arrives:
 * a leader that is cut off goes on acknowledging writes, which are cut off its log when it hears of the next leader.
 * Either way messages leave only once all that was written before them is synced.
 */
export class SimKvNode implements StoreNode {
  readonly #context: NodeContext;
  readonly #options: SimKvOptions;
  readonly #durability: Durability;
  readonly #log: ReplicatedLog<Command>;
  readonly #election: Election;
  readonly #data = new Data();
  /** Writes to acknowledge, by the index of their entry. */
  readonly #unacknowledged = new Map<number, Reply>();
  #applied = 0;
  #commit = 0;
  #leadership: Leadership | undefined;

  constructor(context: NodeContext, options: SimKvOptions) {
    this.#durability = new Durability(context.disk, true);
    this.#context = durableContext(context, this.#durability);
    this.#options = options;
    this.#log = new ReplicatedLog(this.#durability.disk);
    this.#election = new Election(this.#context, this.#log, options.electionTimeout * MILLISECOND, {
      elected: () => this.#takeOffice(),
      deposed: () => this.#leaveOffice(),
    });
    this.#apply();
  }

  onMessage(from: string, json: Json): void {
    const message = json as PeerMessage;
    if (message.type !== "pre-vote" && message.type !== "pre-vote-reply")
      this.#election.observe(message.term);
    switch (message.type) {
      case "pre-vote":
      case "vote":
        this.#election.onRequest(from, message);
        return;
      case "pre-vote-reply":
      case "vote-reply":
        this.#election.onReply(from, message);
        return;
      case "append":
        this.#onAppend(from, message);
        return;
      case "append-reply":
        if (message.term === this.#election.term) this.#leadership?.shipping.onReply(from, message);
        this.#advanceCommit();
        return;
      case "confirm":
        this.#onConfirm(from, message);
        return;
      case "confirm-reply":
        if (message.term === this.#election.term) this.#leadership?.check.onReply(from, message.round);
        this.#leadership?.check.serve(this.#applied);
        return;
      default:
        message satisfies never;
    }
  }

  onRequest(json: Json, reply: (response: Json) => void): void {
    const request = json as Request;
    switch (request.op) {
      case "status":
        reply(this.#status());
        return;
      case "read":
        this.#read(request, reply);
        return;
      case "write":
        this.#propose({ kind: "write", key: request.key, value: request.value }, reply);
        return;
      case "add":
        this.#propose({ kind: "add", key: request.key, element: request.element }, reply);
        return;
      default:
        request satisfies never;
    }
  }

  #status(): Status {
    const { role, leader, term } = this.#election;
    return { role, leader: leader ?? null, term, missing: null };
  }

  #refusal(error: Refusal["error"]): Refusal {
    return { error, leader: this.#election.leader ?? null };
  }

  #read({ key, object, from }: Request & { op: "read" }, reply: Reply): void {
    const serve = (): void => reply({ value: this.#data.read(key, object) });
    const refuse = (): void => reply(this.#refusal("not-leader"));
    if (from === "node") serve();
    else if (this.#leadership === undefined) refuse();
    else if (this.#options.replication === "async") serve();
    else {
      const { check, firstIndex } = this.#leadership;
      check.add({ index: Math.max(this.#commit, firstIndex), serve, refuse });
      check.serve(this.#applied);
    }
  }

  #propose(command: Command, reply: Reply): void {
    if (this.#leadership === undefined) {
      reply(this.#refusal("not-leader"));
      return;
    }
    const index = this.#log.append({ term: this.#election.term, command });
    this.#unacknowledged.set(index, reply);
    this.#store(this.#leadership.shipping, index);
    this.#leadership.shipping.appended();
    this.#advanceCommit();
  }

  #takeOffice(): void {
    const { term } = this.#election;
    const firstIndex = this.#log.append({ term, command: { kind: "none" } });
    const lag = this.#options.replicationLag * MILLISECOND;
    const shipping = new Shipping(this.#context, this.#log, { term, lag, commit: () => this.#commit });
    const check = new LeadershipCheck(this.#context, term);
    this.#leadership = { shipping, check, firstIndex, stopHeartbeats: this.#startHeartbeats() };
    this.#store(shipping, firstIndex);
    shipping.heartbeat();
    this.#advanceCommit();
  }

  /** The leader's own copy counts, too, only once its disk has it for good. */
  #store(shipping: Shipping, index: number): void {
    this.#durability.whenDurable(() => {
      shipping.stored(index);
      this.#advanceCommit();
    });
  }

  #leaveOffice(): void {
    const leadership = this.#leadership;
    this.#leadership = undefined;
    leadership?.stopHeartbeats();
    leadership?.shipping.end();
    leadership?.check.end();
    for (const reply of this.#unacknowledged.values()) reply(this.#refusal("no-quorum"));
    this.#unacknowledged.clear();
  }

  #startHeartbeats(): () => void {
    const interval = (this.#options.electionTimeout * MILLISECOND) / HEARTBEATS_PER_TIMEOUT;
    const beat = (): void => {
      this.#leadership?.shipping.heartbeat();
      this.#leadership?.check.ask();
      cancel = this.#context.after(interval, beat);
    };
    let cancel = this.#context.after(interval, beat);
    return () => cancel();
  }

  #onAppend(from: string, message: Append<Command>): void {
    const { term } = this.#election;
    if (message.term < term) {
      this.#context.send(from, { type: "append-reply", term, accepted: false, index: 0, indexTerm: 0 });
      return;
    }
    this.#election.heard(from);
    const { agreed, kept } = this.#log.accept(message);
    const index = agreed ?? this.#log.lastWithin(message.prevIndex, message.prevTerm);
    const indexTerm = this.#log.termAt(index);
    this.#context.send(from, {
      type: "append-reply",
      term,
      accepted: agreed !== undefined,
      index,
      indexTerm,
    });
    if (agreed === undefined) return;
    this.#undoAfter(kept);
    this.#commit = Math.max(this.#commit, Math.min(message.commit, agreed));
    this.#apply();
  }

  /** Entries after `index` were cut off: if some had been applied, the data is built anew from the log. */
  #undoAfter(index: number): void {
    if (index >= this.#applied) return;
    assert(this.#options.replication === "async", `committed entries after ${index} were cut off`);
    this.#context.log(`cut off applied entries ${index + 1} to ${this.#applied}`);
    this.#data.clear();
    this.#applied = 0;
  }

  #onConfirm(from: string, { term, round }: Confirm): void {
    if (term < this.#election.term) {
      this.#context.send(from, { type: "confirm-reply", term: this.#election.term, round: 0 });
      return;
    }
    this.#election.heard(from);
    this.#context.send(from, { type: "confirm-reply", term, round });
  }

  /** Only entries of the leader's own term are counted; earlier ones are committed with them (Raft §5.4.2). */
  #advanceCommit(): void {
    if (this.#leadership === undefined) return;
    const index = this.#leadership.shipping.reachedBy(majorityOf(this.#context.peers.length + 1));
    if (index > this.#commit && this.#log.termAt(index) === this.#election.term) this.#commit = index;
    this.#apply();
    this.#leadership.check.serve(this.#applied);
  }

  #apply(): void {
    const limit = this.#options.replication === "async" ? this.#log.lastIndex : this.#commit;
    while (this.#applied < limit) {
      const index = ++this.#applied;
      this.#data.apply(this.#log.commandAt(index));
      const reply = this.#unacknowledged.get(index);
      if (reply === undefined) continue;
      this.#unacknowledged.delete(index);
      reply({ value: null });
    }
  }
}
