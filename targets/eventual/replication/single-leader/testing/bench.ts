import type { Json } from "#core/json";
import { SimDisk } from "../../../../../harness/cluster/sim/disk.ts";
import { Durability } from "../../../durability.ts";
import type { Settings } from "../../../options.ts";
import type { Answer, ReadRequest, Refusal, Status, UpdateRequest } from "../../../protocol.ts";
import { correctRules, type LeaderRules } from "../../../rules.ts";
import type { CatchUpMessage } from "../catch-up.ts";
import type { Command } from "../command.ts";
import type { Append, AppendReply, Entry, LogMessage } from "../messages.ts";
import { SingleLeader } from "../single-leader.ts";
import { OneNode } from "./one-node.ts";
import { plainTypes } from "./plain-types.ts";
import { leaderSettings } from "./settings.ts";

/** A disk whose syncs end when told to; until then they end at once. */
export class SlowDisk extends SimDisk {
  slow = false;
  #syncs: (() => void)[] = [];

  override sync(done: () => void): void {
    if (this.slow) this.#syncs.push(done);
    else done();
  }

  /** The process that waits for the syncs is gone. */
  forget(): void {
    this.#syncs = [];
  }

  /** Ends every sync, and those that begin because of it. */
  finish(): void {
    while (this.#syncs.length > 0) for (const done of this.#syncs.splice(0)) done();
  }
}

type Sent = LogMessage<Command> | CatchUpMessage;
type Received = Exclude<Sent, AppendReply> | (AppendReply & { readonly applied?: number });
type Response = Answer | Refusal;

/** A node that one leader replicates. */
export class Bench extends OneNode<Sent> {
  readonly disk = new SlowDisk();
  readonly #settings: Settings;
  readonly #rules: Partial<LeaderRules>;
  readonly #waitForSync: boolean;
  #starts = 0;
  #node: SingleLeader;

  constructor(settings: Partial<Settings>, rules: Partial<LeaderRules> = {}, waitForSync = true) {
    super();
    this.#settings = leaderSettings(settings);
    this.#rules = rules;
    this.#waitForSync = waitForSync;
    this.#node = this.#create();
  }

  restart(): void {
    this.disk.forget();
    this.#node = this.#create();
  }

  override receive(from: string, message: Received): void {
    this.#node.onMessage(from, message);
  }

  status(): Status {
    return this.#node.status();
  }

  read(request: Partial<ReadRequest> = {}): Response[] {
    const replies: Response[] = [];
    this.#node.read({ op: "read", key: "x", object: "register", local: true, ...request }, (reply) =>
      replies.push(reply),
    );
    return replies;
  }

  update(
    f: "write" | "increment" | "delete" | "cas",
    value: Json,
    more: Partial<UpdateRequest> = {},
  ): Response[] {
    const replies: Response[] = [];
    const object = f === "increment" ? "counter" : "register";
    const request = { op: "update", key: "x", object, action: { f, value }, ...more } as const;
    this.#node.update(request, (reply) => replies.push(reply));
    return replies;
  }

  /** A follower says that it has entries up to `index`, and has applied them. */
  stored(from: string, term: number, index: number, applied = index): void {
    this.receive(from, { type: "append-reply", term, accepted: true, index, indexTerm: term, applied });
  }

  /** The leader n2 answers the node's question after its start. */
  caughtUp(term: number, index: number): void {
    const [question] = this.take("catch-up");
    if (question === undefined) throw new Error("the node does not ask");
    this.receive("n2", { type: "catch-up-reply", term, number: question.number, index });
  }

  #create(): SingleLeader {
    const context = this.start(this.disk, ++this.#starts);
    const rules = { ...correctRules, leader: { ...correctRules.leader, ...this.#rules } };
    const durability = new Durability(context.disk, this.#waitForSync);
    return new SingleLeader({ context, settings: this.#settings, datatypes: plainTypes, rules, durability });
  }
}

const command = (f: "write" | "delete" | "increment", value: Json): Command => {
  const object = f === "increment" ? "counter" : "register";
  return { kind: "update", key: "x", object, f, value, node: "n2", wall: 0, id: null };
};
export const none = (term: number): Entry<Command> => ({ term, command: { kind: "none" } });
export const entry = (term: number, value: Json): Entry<Command> => ({
  term,
  command: command("write", value),
});
export const deletion = (term: number): Entry<Command> => ({ term, command: command("delete", null) });
export const append = (message: Partial<Append<Command>> & { term: number }): Append<Command> => ({
  type: "append",
  prevIndex: 0,
  prevTerm: 0,
  entries: [],
  commit: 0,
  ...message,
});
