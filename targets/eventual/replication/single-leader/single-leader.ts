import type { Json } from "#core/json";
import type { NodeContext } from "#core/store-node";
import { MILLISECOND } from "#core/units";
import type { Datatypes } from "../../datatypes/datatypes.ts";
import type { Durability } from "../../durability.ts";
import type { Settings } from "../../options.ts";
import type { ReadRequest, Refusal, Status, UpdateRequest } from "../../protocol.ts";
import type { LeaderRules, Rules } from "../../rules.ts";
import type { Replication, Reply } from "../replication.ts";
import { acknowledgeAll } from "./acknowledge-all.ts";
import { acknowledgeAlone } from "./acknowledge-alone.ts";
import { acknowledgeMajority } from "./acknowledge-majority.ts";
import type { Acknowledgement } from "./acknowledgement.ts";
import { CatchUp, type CatchUpMessage } from "./catch-up.ts";
import type { Command } from "./command.ts";
import { durableContext } from "./durable-context.ts";
import { Election } from "./election.ts";
import type { Append, Confirm, LogMessage } from "./messages.ts";
import { Office, type AppliedReply } from "./office.ts";
import { OpenRequest } from "./open-request.ts";
import type { Position } from "./position.ts";
import { ReplicatedLog } from "./replicated-log.ts";
import { StateMachine } from "./state-machine.ts";
import { TokenWaits } from "./token-waits.ts";
import { Unacknowledged } from "./unacknowledged.ts";

export interface LeaderParts {
  readonly context: NodeContext;
  readonly settings: Settings;
  readonly datatypes: Datatypes;
  readonly rules: Rules;
  readonly durability: Durability;
}

type Message = Exclude<LogMessage<Command>, { type: "append-reply" }> | AppliedReply | CatchUpMessage;

/** Levels of reads that only a leader that still leads may answer. */
const STRONG_LEVELS: readonly string[] = ["linearizable", "strong"];

const ACKNOWLEDGEMENTS: Readonly<Partial<Record<Settings["replication"], Acknowledgement>>> = {
  "async-leader": acknowledgeAlone,
  "semi-sync": acknowledgeMajority,
  "sync-leader": acknowledgeAll,
};

/**
 * Replication by one elected leader: it puts updates in order in its log, ships the log, and every node applies it. Nothing
 * leaves the node before what it tells of is on disk. What an acknowledgement means is `Acknowledgement`'s to say.
 */
export class SingleLeader implements Replication {
  readonly #context: NodeContext;
  readonly #settings: Settings;
  readonly #datatypes: Datatypes;
  readonly #durability: Durability;
  readonly #rules: LeaderRules;
  readonly #acknowledgement: Acknowledgement;
  readonly #quorum: number;
  readonly #log: ReplicatedLog<Command>;
  readonly #election: Election;
  readonly #machine: StateMachine;
  readonly #waits: TokenWaits;
  readonly #catchUp: CatchUp;
  readonly #unacknowledged = new Unacknowledged();
  /** Entries up to here were in the log before this process or its last cut, and are applied again. */
  #replayUntil: number;
  #applied = 0;
  #commit = 0;
  #office: Office | undefined;

  constructor({ context, settings, datatypes, rules, durability }: LeaderParts) {
    this.#context = durableContext(context, durability);
    this.#settings = settings;
    this.#datatypes = datatypes;
    this.#durability = durability;
    this.#rules = rules.leader;
    this.#acknowledgement = ACKNOWLEDGEMENTS[settings.replication] ?? acknowledgeMajority;
    this.#quorum = rules.leader.quorum(context.peers.length + 1);
    this.#log = new ReplicatedLog(durability.disk);
    this.#replayUntil = this.#log.lastIndex;
    this.#machine = new StateMachine(datatypes, rules.leader);
    this.#waits = new TokenWaits(this.#log, rules.leader);
    this.#catchUp = new CatchUp(this.#context, !this.#appliesAtOnce && rules.leader.awaitCatchUp);
    const timeout = settings.electionTimeout * MILLISECOND;
    const hooks = { elected: () => this.#takeOffice(), deposed: () => this.#leaveOffice() };
    this.#election = new Election(this.#context, this.#log, timeout, hooks, rules.leader);
    this.#apply();
  }

  get #appliesAtOnce(): boolean {
    return this.#acknowledgement.appliesAt === "receipt";
  }

  read(request: ReadRequest, reply: Reply): void {
    const open = this.#open(reply, "the node did not come as far as the session in time");
    this.#afterToken(request.after, open, () => this.#serve(request, open));
  }

  update(request: UpdateRequest, reply: Reply): void {
    if (this.#datatypes[request.object] === undefined) {
      reply({ error: "rejected", reason: `this store has no ${request.object}` });
      return;
    }
    const open = this.#open(reply, "the leader did not come as far as the session in time");
    this.#afterToken(request.after, open, () => this.#propose(request, open));
  }

  onMessage(from: string, json: Json): void {
    const message = json as Message;
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
        if (message.term === this.#election.term) this.#office?.onReply(from, message);
        this.#advance();
        return;
      case "confirm":
        this.#onConfirm(from, message);
        return;
      case "confirm-reply":
        if (message.term === this.#election.term) this.#office?.check.onReply(from, message.round);
        this.#office?.check.serve(this.#applied);
        return;
      case "catch-up":
        this.#onCatchUp(from, message);
        return;
      case "catch-up-reply":
        if (message.term === this.#election.term) this.#catchUp.onReply(message);
        this.#catchUp.applied(this.#applied);
        return;
      default:
        message satisfies never;
    }
  }

  status(): Status {
    const { role, leader, term } = this.#election;
    const missing = this.#catchUp.done ? null : "it has not caught up since it started";
    return { role, leader: leader ?? null, term, missing };
  }

  #open(reply: Reply, reason: string): OpenRequest {
    const limit = this.#settings.requestTimeout * MILLISECOND;
    const late = { error: "unavailable", reason } as const;
    return new OpenRequest({ context: this.#context, durability: this.#durability }, { limit, late, reply });
  }

  /** Lets the request go on once this node has what the session saw. */
  #afterToken(token: Json | undefined, open: OpenRequest, proceed: () => void): void {
    if (token === undefined) proceed();
    else this.#waits.add({ token: token as Position, open, proceed }, this.#applied);
  }

  #notLeader(): Refusal {
    const { leader } = this.#election;
    const reason = `${this.#context.node} is not the leader`;
    return {
      error: "not-leader",
      reason,
      ...(leader === undefined || leader === this.#context.node ? {} : { leader }),
    };
  }

  #serve({ key, object, local, level = "" }: ReadRequest, open: OpenRequest): void {
    const answer = (): void => this.#answer(key, object, open);
    if (!STRONG_LEVELS.includes(level) && (local || this.#settings.reads !== "leader")) {
      if (this.#catchUp.done) answer();
      else open.settle({ error: "unavailable", reason: "the node has not caught up since it started" });
    } else if (this.#office === undefined) open.settle(this.#notLeader());
    else if (this.#appliesAtOnce || !this.#rules.confirmLeadership) answer();
    else {
      const { check, firstIndex } = this.#office;
      open.late = { error: "unavailable", reason: "too few nodes confirmed in time that it still leads" };
      const index = Math.max(this.#commit, firstIndex);
      check.add({ index, serve: answer, refuse: () => open.settle(this.#notLeader()) });
      check.serve(this.#applied);
    }
  }

  #answer(key: string, object: ReadRequest["object"], open: OpenRequest): void {
    const answer = this.#machine.read(key, object);
    if ("error" in answer) open.settle(answer);
    else open.settle({ ...answer, token: this.#position(), ...(this.#mayBeStale() ? { stale: true } : {}) });
  }

  #position(): Position {
    const index = Math.min(this.#applied, this.#log.lastIndex);
    return { term: this.#log.termAt(index), index };
  }

  /** A follower without a leader, or a leader that most followers do not answer. */
  #mayBeStale(): boolean {
    if (this.#office === undefined) return !this.#election.hearsLeader;
    const nodes = this.#context.peers.length + 1;
    return nodes - this.#office.progress(this.#applied).silent.length < this.#quorum;
  }

  #propose({ key, object, action, id, context }: UpdateRequest, open: OpenRequest): void {
    const office = this.#office;
    const obstacle = office && this.#acknowledgement.obstacle(office.progress(this.#applied));
    if (office === undefined) open.settle(this.#notLeader());
    else if (obstacle !== undefined) open.settle({ error: "unavailable", reason: obstacle });
    else {
      const { node } = this.#context;
      const command = {
        kind: "update",
        key,
        object,
        ...action,
        node,
        wall: this.#context.wallClock(),
        ...(context === undefined ? {} : { context }),
      } as const;
      const index = this.#log.append({ term: this.#election.term, command: { ...command, id: id ?? null } });
      open.late = { error: "no-quorum", reason: "too few nodes had the update in time" };
      this.#unacknowledged.add(index, open);
      this.#stored(office, index);
      office.shipping.appended();
    }
  }

  /** The leader's own copy counts once it is on disk. */
  #stored(office: Office, index: number): void {
    if (this.#appliesAtOnce) this.#advance();
    this.#durability.whenDurable(() => {
      office.shipping.stored(index);
      this.#advance();
    });
  }

  #takeOffice(): void {
    const { term } = this.#election;
    const commit = (): number => this.#commit;
    const parts = { context: this.#context, log: this.#log, settings: this.#settings, rules: this.#rules };
    const office = new Office({ ...parts, term, commit });
    this.#office = office;
    this.#catchUp.reach(office.firstIndex);
    this.#stored(office, office.firstIndex);
  }

  #leaveOffice(): void {
    this.#office?.end();
    this.#office = undefined;
    const refusal = { error: "no-quorum", reason: `${this.#context.node} lost its leadership` } as const;
    this.#unacknowledged.end((outcome) => (this.#rules.acknowledgeWhenDeposed ? (outcome ?? {}) : refusal));
  }

  #onAppend(from: string, message: Append<Command>): void {
    const { term } = this.#election;
    const reply = { type: "append-reply", term } as const;
    if (message.term < term) {
      this.#context.send(from, { ...reply, accepted: false, index: 0, indexTerm: 0, applied: 0 });
      return;
    }
    // Two leaders of one term cannot be, unless a planted bug made them: each keeps to its own log then.
    if (this.#office !== undefined) return;
    this.#election.heard(from);
    const { agreed, kept } = this.#log.accept(message);
    if (agreed !== undefined) {
      this.#cutAfter(kept);
      this.#commit = Math.max(this.#commit, Math.min(message.commit, agreed));
      this.#apply();
    }
    const index = agreed ?? this.#log.lastWithin(message.prevIndex, message.prevTerm);
    const state = { index, indexTerm: this.#log.termAt(index), applied: this.#applied };
    this.#context.send(from, { ...reply, accepted: agreed !== undefined, ...state });
    this.#catchUp.ask(from, term);
  }

  /** Entries after `index` were cut off: if some had been applied, the data is built anew from the log. */
  #cutAfter(index: number): void {
    if (index >= this.#applied) return;
    this.#context.log(`cut off applied entries ${index + 1} to ${this.#applied}`);
    if (!this.#rules.rebuildAfterCut) return;
    this.#machine.clear();
    this.#applied = 0;
    this.#replayUntil = index;
    this.#commit = Math.min(this.#commit, index);
  }

  #onConfirm(from: string, { term, round }: Confirm): void {
    if (term < this.#election.term) {
      this.#context.send(from, { type: "confirm-reply", term: this.#election.term, round: 0 });
      return;
    }
    if (this.#office !== undefined) return;
    this.#election.heard(from);
    this.#context.send(from, { type: "confirm-reply", term, round });
  }

  /** What earlier leaders had committed a leader knows only once its own first entry is. */
  #onCatchUp(from: string, { number }: CatchUpMessage): void {
    if (this.#office === undefined || this.#commit < this.#office.firstIndex) return;
    const { term } = this.#election;
    this.#context.send(from, { type: "catch-up-reply", term, number, index: this.#commit });
  }

  #advance(): void {
    const office = this.#office;
    if (office === undefined) return;
    const index = office.shipping.reachedBy(this.#quorum);
    const counts = !this.#rules.countOwnTermOnly || this.#log.termAt(index) === this.#election.term;
    if (index > this.#commit && counts) this.#commit = index;
    this.#apply();
    office.check.serve(this.#applied);
    this.#unacknowledged.acknowledge(this.#acknowledgement.acknowledged(office.progress(this.#applied)));
    if (!this.#appliesAtOnce) office.shipping.announce();
  }

  #apply(): void {
    const limit = this.#appliesAtOnce ? this.#log.lastIndex : this.#commit;
    while (this.#applied < limit) {
      const index = ++this.#applied;
      const position = { term: this.#log.termAt(index), index };
      const command = this.#log.commandAt(index);
      if (index <= this.#replayUntil) this.#machine.replay(command, position);
      else {
        const outcome = this.#machine.apply(command, position);
        if (outcome !== undefined) this.#unacknowledged.applied(index, outcome);
      }
    }
    this.#catchUp.applied(this.#applied);
    this.#waits.check(this.#applied);
  }
}
