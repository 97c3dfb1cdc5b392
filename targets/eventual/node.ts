import type { Json } from "#core/json";
import type { NodeContext, StoreNode } from "#core/store-node";
import { Gossip } from "./anti-entropy/gossip.ts";
import { Hints } from "./anti-entropy/hinted-handoff.ts";
import { bugOf } from "./bugs/planted.ts";
import { chooseDatatypes } from "./datatypes/choose.ts";
import { Durability } from "./durability.ts";
import type { Settings } from "./options.ts";
import type { Mechanism, NodeParts, ReplicaParts } from "./parts.ts";
import type { Request, Response } from "./protocol.ts";
import { Replica } from "./replica.ts";
import { Leaderless } from "./replication/leaderless/leaderless.ts";
import { MultiLeader } from "./replication/multi-leader/multi-leader.ts";
import type { Replication } from "./replication/replication.ts";
import { SingleLeader } from "./replication/single-leader/single-leader.ts";
import { Ring } from "./ring.ts";

/** What nodes send each other: a message of one part to the same part of another node. */
type Envelope = { readonly part: string; readonly message: Json };

/** One node of eventual: the parts that the settings choose, put together. */
export class EventualNode implements StoreNode {
  readonly #replication: Replication;
  readonly #mechanisms: ReadonlyMap<string, Mechanism>;

  constructor(context: NodeContext, settings: Settings) {
    const parts = partsOf(context, settings);
    const mechanisms = new Map<string, Mechanism>();
    this.#replication = replicationOf(parts, mechanisms);
    mechanisms.set("replication", this.#replication);
    this.#mechanisms = mechanisms;
  }

  onMessage(from: string, json: Json): void {
    const { part, message } = json as Envelope;
    this.#mechanisms.get(part)?.onMessage(from, message);
  }

  onRequest(json: Json, reply: (response: Json) => void): void {
    const request = json as unknown as Request;
    const answer = (response: Response): void => reply(response as unknown as Json);
    switch (request.op) {
      case "status":
        answer(this.#replication.status());
        return;
      case "read":
        this.#replication.read(request, answer);
        return;
      case "update":
        this.#replication.update(request, answer);
        return;
      default:
        request satisfies never;
    }
  }
}

/** The parts with the planted bug in them, if there is one. */
function partsOf(context: NodeContext, settings: Settings): NodeParts {
  const { rules, datatypes } = bugOf(settings);
  return {
    context,
    settings,
    rules,
    datatypes: datatypes(chooseDatatypes(settings)),
    durability: new Durability(context.disk, rules.storage.waitForSync),
  };
}

function replicationOf(parts: NodeParts, mechanisms: Map<string, Mechanism>): Replication {
  const { context, settings } = parts;
  switch (settings.replication) {
    case "async-leader":
    case "semi-sync":
    case "sync-leader":
      return new SingleLeader(withPart(parts, "replication"));
    case "multi-leader":
      return new MultiLeader(replicaParts(withPart(parts, "replication")));
    case "leaderless": {
      const all = replicaParts(withPart(parts, "replication"));
      const ring = new Ring([context.node, ...context.peers], settings.copies);
      if (settings.gossip > 0)
        mechanisms.set("gossip", new Gossip({ ...all, ...withPart(parts, "gossip") }, ring));
      const hints = settings.hintedHandoff ? new Hints(all) : undefined;
      return new Leaderless({ ...all, ring, hints });
    }
  }
}

const replicaParts = (parts: NodeParts): ReplicaParts => ({
  ...parts,
  replica: new Replica(parts),
});

/** The same parts, whose messages go to the part of that name on other nodes. */
const withPart = (parts: NodeParts, part: string): NodeParts => ({
  ...parts,
  context: { ...parts.context, send: (to, message) => parts.context.send(to, { part, message }) },
});
