import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { REPAIR, takeRepair } from "../../anti-entropy/read-repair.ts";
import type { Hints } from "../../anti-entropy/hinted-handoff.ts";
import type { ReplicaParts } from "../../parts.ts";
import type { ReadRequest, Status, UpdateRequest } from "../../protocol.ts";
import type { Ring } from "../../ring.ts";
import { Pending } from "../pending.ts";
import { refusalOf } from "../refusal.ts";
import type { Replication, Reply } from "../replication.ts";
import type { QuorumMessage } from "./messages.ts";
import { QuorumRead } from "./quorum-read.ts";
import { QuorumWrite } from "./quorum-write.ts";
import { quorumsFor } from "./quorums.ts";

export interface LeaderlessParts extends ReplicaParts {
  readonly ring: Ring;
  /** Where writes for replicas that cannot be reached are kept; absent: nowhere. */
  readonly hints: Hints | undefined;
}

/**
 * Every node takes every request: a write is acknowledged once W of the key's N replicas have it, a read answered once R
 * have told what they hold (DeCandia et al., Dynamo, 2007). R + W > N: every read meets the last write.
 */
export class Leaderless implements Replication {
  readonly #parts: LeaderlessParts;
  readonly #puts: Pending<null>;
  readonly #gets: Pending<Json>;

  constructor(parts: LeaderlessParts) {
    this.#parts = parts;
    this.#puts = new Pending(parts.context);
    this.#gets = new Pending(parts.context);
  }

  status(): Status {
    return { role: "peer", leader: null, term: 0, missing: null };
  }

  read(request: ReadRequest, reply: Reply): void {
    const { replica, ring, durability, context } = this.#parts;
    const { key, object } = request;
    try {
      const datatype = replica.datatype(key, object);
      const holds = ring.replicas(key).includes(context.node);
      const quorums = quorumsFor(this.#parts.settings, ring.copies, request);
      if (request.local && holds) {
        durability.whenDurable(() => reply({ value: datatype.read(replica.cell(key)?.state) }));
        return;
      }
      new QuorumRead(this.#parts, this.#gets, request, quorums.read, reply).start();
    } catch (error) {
      reply(refusalOf(error));
    }
  }

  /** The node's own copy takes the update first, and what it then holds goes to the others. */
  update(request: UpdateRequest, reply: Reply): void {
    const { replica, ring, settings } = this.#parts;
    const { key, object, action } = request;
    try {
      if (!ring.replicas(key).includes(this.#parts.context.node) && !settings.sloppy)
        throw new OperationError("unavailable", "this node holds no copy of the key");
      const updated = replica.update(key, object, action, request.context);
      const quorums = quorumsFor(settings, ring.copies, request);
      new QuorumWrite(this.#parts, this.#puts, request, updated, quorums.write, reply).start();
    } catch (error) {
      reply(refusalOf(error));
    }
  }

  onMessage(from: string, json: Json): void {
    const { replica, durability, context, hints } = this.#parts;
    const message = json as QuorumMessage;
    switch (message.type) {
      case "put": {
        const { key, object, state, id } = message;
        if (id === REPAIR) takeRepair(this.#parts, key, { object, state });
        else replica.merge(key, { object, state });
        if (message.for !== undefined) hints?.keep(message.for, key);
        durability.whenDurable(() => context.send(from, { type: "put-done", id }));
        return;
      }
      case "get": {
        const state = replica.cell(message.key)?.state ?? null;
        durability.whenDurable(() => context.send(from, { type: "got", id: message.id, state }));
        return;
      }
      case "put-done":
        if (message.id < 0) hints?.onDone(from, message.id);
        else this.#puts.answer(message.id, from, null);
        return;
      case "got":
        this.#gets.answer(message.id, from, message.state);
        return;
      default:
        message satisfies never;
    }
  }
}
