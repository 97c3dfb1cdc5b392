import type { NodeContext } from "#core/store-node";
import type { Nanoseconds } from "#core/units";
import { correctRules, type LeaderRules } from "../../rules.ts";
import type { LogEnd, Role, VoteReply, VoteRequest } from "./messages.ts";
import type { ReplicatedLog } from "./replicated-log.ts";

/** What the rest of the node does when its role changes. */
export interface ElectionHooks {
  elected(): void;
  /** It led and leads no more. */
  deposed(): void;
}

type Vote = { readonly term: number; readonly votedFor: string | null };

/**
 * Terms and votes (Raft §5.2, with the pre-vote of Ongaro's thesis §9.6, so that a node that was cut off does not depose
 * the leader when it comes back). A leader leads until it hears of a later term, however long it is cut off.
 */
export class Election {
  readonly #context: NodeContext;
  readonly #log: ReplicatedLog;
  readonly #timeout: Nanoseconds;
  readonly #hooks: ElectionHooks;
  readonly #rules: LeaderRules;
  #term: number;
  #votedFor: string | null;
  #role: Role = "follower";
  #leader: string | undefined;
  #votes = new Set<string>();
  #campaign: "pre-vote" | "vote" | undefined;
  #lastHeard: Nanoseconds;
  #patience: Nanoseconds = 0;

  constructor(
    context: NodeContext,
    log: ReplicatedLog,
    timeout: Nanoseconds,
    hooks: ElectionHooks,
    rules: LeaderRules = correctRules.leader,
  ) {
    this.#context = context;
    this.#log = log;
    this.#timeout = timeout;
    this.#hooks = hooks;
    this.#rules = rules;
    const vote = context.disk.get("vote") as Vote | undefined;
    this.#term = Math.max(vote?.term ?? 0, log.end.lastTerm);
    this.#votedFor = vote?.term === this.#term ? vote.votedFor : null;
    this.#lastHeard = context.now();
    this.#drawPatience();
    this.#watch(this.#patience);
  }

  get term(): number {
    return this.#term;
  }

  get role(): Role {
    return this.#role;
  }

  get leader(): string | undefined {
    return this.#leader;
  }

  /** A message carries a term: a later one ends whatever this node was doing in its own. */
  observe(term: number): void {
    if (term <= this.#term) return;
    this.#adopt(term, null);
    this.#follow(undefined);
  }

  /** Whether the leader of the present term was heard lately; a leader hears itself. */
  get hearsLeader(): boolean {
    if (this.#role === "leader") return true;
    return this.#leader !== undefined && this.#context.now() - this.#lastHeard < this.#timeout;
  }

  /** The leader of the present term was heard. */
  heard(leader: string): void {
    this.#lastHeard = this.#context.now();
    if (this.#leader !== leader) this.#follow(leader);
  }

  onRequest(from: string, message: VoteRequest): void {
    const granted = message.type === "vote" ? this.#grantVote(from, message) : this.#wouldGrant(message);
    if (granted && message.type === "vote") this.#lastHeard = this.#context.now();
    const term = granted ? message.term : this.#term;
    this.#context.send(from, { type: `${message.type}-reply`, term, granted });
  }

  onReply(from: string, { type, term, granted }: VoteReply): void {
    if (!granted) this.observe(term);
    const asked = this.#campaign === "vote" ? this.#term : this.#term + 1;
    if (!granted || this.#campaign === undefined || type !== `${this.#campaign}-reply` || term !== asked)
      return;
    this.#votes.add(from);
    this.#count();
  }

  #grantVote(from: string, message: VoteRequest): boolean {
    this.observe(message.term);
    if (message.term < this.#term || !this.#isUpToDate(message)) return false;
    if (!this.#rules.mayVote(this.#votedFor, from)) return false;
    this.#adopt(message.term, from);
    return true;
  }

  /** Nobody who hears a leader helps to replace it. */
  #wouldGrant(message: VoteRequest): boolean {
    return !this.hearsLeader && message.term > this.#term && this.#isUpToDate(message);
  }

  #isUpToDate(end: LogEnd): boolean {
    return !this.#rules.compareLogs || this.#log.isCoveredBy(end);
  }

  /** Patience is drawn anew for every try, so that rivals seldom collide again. */
  #watch(wait: Nanoseconds): void {
    this.#context.after(wait, () => {
      const left = this.#lastHeard + this.#patience - this.#context.now();
      if (this.#role !== "leader" && left <= 0) this.#stand(this.#rules.preVote ? "pre-vote" : "vote");
      this.#watch(left > 0 ? left : this.#patience);
    });
  }

  #drawPatience(): void {
    const extra = this.#rules.randomPatience ? this.#context.random.int(this.#timeout) : 0;
    this.#patience = this.#timeout + extra;
  }

  #stand(campaign: "pre-vote" | "vote"): void {
    this.#drawPatience();
    this.#lastHeard = this.#context.now();
    this.#role = "candidate";
    this.#leader = undefined;
    if (campaign === "vote") this.#adopt(this.#term + 1, this.#context.node);
    this.#campaign = campaign;
    this.#votes = new Set([this.#context.node]);
    const term = campaign === "vote" ? this.#term : this.#term + 1;
    for (const peer of this.#context.peers)
      this.#context.send(peer, { type: campaign, term, ...this.#log.end });
    this.#count();
  }

  #count(): void {
    if (this.#votes.size < this.#rules.quorum(this.#context.peers.length + 1)) return;
    if (this.#campaign === "pre-vote") this.#stand("vote");
    else this.#lead();
  }

  #lead(): void {
    this.#campaign = undefined;
    this.#role = "leader";
    this.#leader = this.#context.node;
    this.#context.log(`leads term ${this.#term}`);
    this.#hooks.elected();
  }

  #follow(leader: string | undefined): void {
    const led = this.#role === "leader";
    this.#lastHeard = this.#context.now();
    this.#campaign = undefined;
    this.#role = "follower";
    this.#leader = leader;
    if (leader !== undefined) this.#context.log(`follows ${leader} in term ${this.#term}`);
    if (led) this.#hooks.deposed();
  }

  #adopt(term: number, votedFor: string | null): void {
    this.#term = term;
    this.#votedFor = votedFor;
    this.#context.disk.set("vote", { term, votedFor: this.#rules.rememberVotes ? votedFor : null });
  }
}
