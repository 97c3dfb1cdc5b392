import type { NodeContext } from "#core/store-node";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { Settings } from "../../options.ts";
import type { LeaderRules } from "../../rules.ts";
import type { Progress } from "./acknowledgement.ts";
import type { Command } from "./command.ts";
import { LeadershipCheck } from "./leadership-check.ts";
import type { AppendReply } from "./messages.ts";
import type { ReplicatedLog } from "./replicated-log.ts";
import { Shipping } from "./shipping.ts";

/** A follower's answer, with how far it has applied. */
export type AppliedReply = AppendReply & { readonly applied: number };

export interface OfficeSettings {
  readonly context: NodeContext;
  readonly log: ReplicatedLog<Command>;
  readonly settings: Settings;
  readonly rules: LeaderRules;
  readonly term: number;
  readonly commit: () => number;
}

const HEARTBEATS_PER_TIMEOUT = 5;

/** What a node has as long as it leads. */
export class Office {
  readonly shipping: Shipping;
  readonly check: LeadershipCheck;
  /** Entry that begins the term: once it is applied, so is everything earlier leaders had committed. */
  readonly firstIndex: number;
  readonly #context: NodeContext;
  readonly #timeout: Nanoseconds;
  readonly #followersApplied: Map<string, number>;
  #stopHeartbeats: () => void = () => undefined;

  constructor({ context, log, settings, rules, term, commit }: OfficeSettings) {
    this.#context = context;
    this.#timeout = settings.electionTimeout * MILLISECOND;
    this.#followersApplied = new Map(context.peers.map((peer) => [peer, 0]));
    this.firstIndex = log.append({ term, command: { kind: "none" } });
    const lag = settings.replicationLag * MILLISECOND;
    this.shipping = new Shipping(context, log, { term, lag, commit, countWhenSent: rules.countWhenSent });
    this.check = new LeadershipCheck(context, term, rules.quorum(context.peers.length + 1));
    this.#beat();
  }

  onReply(from: string, reply: AppliedReply): void {
    this.shipping.onReply(from, reply);
    const before = this.#followersApplied.get(from) ?? 0;
    this.#followersApplied.set(from, Math.max(before, reply.applied));
  }

  progress(applied: number): Progress {
    const silent = this.shipping.silentFor(this.#timeout);
    return { applied, followersApplied: [...this.#followersApplied.values()], silent };
  }

  /** Leadership is lost. */
  end(): void {
    this.#stopHeartbeats();
    this.shipping.end();
    this.check.end();
  }

  #beat(): void {
    this.shipping.heartbeat();
    this.check.ask();
    this.#stopHeartbeats = this.#context.after(this.#timeout / HEARTBEATS_PER_TIMEOUT, () => this.#beat());
  }
}
