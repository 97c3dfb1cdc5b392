import type { Json } from "#core/json";
import { MILLISECOND } from "#core/units";
import type { ReplicaParts } from "../../parts.ts";
import type { Answer, ReadRequest, Refusal, Status, UpdateRequest } from "../../protocol.ts";
import { answerTo } from "../answer.ts";
import { refusalOf } from "../refusal.ts";
import type { Replication, Reply } from "../replication.ts";
import { Delivery } from "./delivery.ts";
import type { Known, PeerMessage } from "./messages.ts";
import { Shipping } from "./shipping.ts";

/** A request that waits until the node knows what its session saw. */
interface Waiting {
  readonly after: Known;
  serve(): void;
}

/**
 * Every node takes writes and acknowledges them alone; it ships them to every other node in their order, again and again until
 * they arrive. What two nodes wrote at once is merged.
 */
export class MultiLeader implements Replication {
  readonly #parts: ReplicaParts;
  readonly #shipping: Shipping;
  readonly #delivery: Delivery;
  #waiting: Waiting[] = [];

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
    this.#delivery = new Delivery(parts, () => this.#serveWaiting());
    this.#shipping = new Shipping(parts);
  }

  status(): Status {
    return { role: "peer", leader: null, term: 0, missing: null };
  }

  read(request: ReadRequest, reply: Reply): void {
    if (request.level === "strong" || request.level === "quorum") {
      reply({ error: "rejected", reason: "nodes that all take writes alone have no strong reads" });
      return;
    }
    this.#onceKnown(request.after, reply, () => this.#read(request));
  }

  update(request: UpdateRequest, reply: Reply): void {
    this.#onceKnown(request.after, reply, () => this.#update(request));
  }

  onMessage(from: string, json: Json): void {
    const message = json as PeerMessage;
    switch (message.type) {
      case "ship": {
        const { context, durability } = this.#parts;
        const number = this.#delivery.receive(from, message);
        durability.whenDurable(() => context.send(from, { type: "have", number }));
        return;
      }
      case "have":
        this.#shipping.onHave(from, message.number);
        return;
      default:
        message satisfies never;
    }
  }

  #read({ key, object }: ReadRequest): Answer {
    const { replica } = this.#parts;
    const datatype = replica.datatype(key, object);
    const state = replica.cell(key)?.state;
    const context = datatype.context?.(state);
    const version = datatype.version?.(state);
    return {
      value: datatype.read(state),
      token: this.#known(),
      ...(context === undefined ? {} : { context }),
      ...(version === undefined ? {} : { version }),
    };
  }

  #update({ key, object, action, context }: UpdateRequest): Answer {
    const { replica, durability } = this.#parts;
    const after = this.#known();
    const updated = durability.atomically(() => {
      const change = replica.update(key, object, action, context);
      this.#shipping.add({ key, object, state: change.state, after });
      return change;
    });
    return { ...answerTo(updated, replica.datatype(key, object)), token: this.#known() };
  }

  #known(): Known {
    return { ...this.#delivery.known, [this.#parts.context.node]: this.#shipping.last };
  }

  /** Answers once the node knows all of `after`, on disk; refuses if that takes too long. */
  #onceKnown(after: Json | undefined, reply: Reply, serve: () => Answer): void {
    const answer = (): void => {
      let response: Answer | Refusal;
      try {
        response = serve();
      } catch (error) {
        response = refusalOf(error);
      }
      this.#parts.durability.whenDurable(() => reply(response));
    };
    if (after === undefined || this.#knows(after as Known)) {
      answer();
      return;
    }
    const waiting: Waiting = { after: after as Known, serve: () => (cancel(), answer()) };
    const cancel = this.#parts.context.after(this.#parts.settings.requestTimeout * MILLISECOND, () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      reply({ error: "unavailable", reason: "this node has not heard yet of all that the session saw" });
    });
    this.#waiting.push(waiting);
  }

  #knows(after: Known): boolean {
    const known = this.#known();
    const { rules, context } = this.#parts;
    return rules.delivery
      .mustKnow(after, context.node)
      .every(([node, number]) => (known[node] ?? 0) >= number);
  }

  #serveWaiting(): void {
    const ready = this.#waiting.filter(({ after }) => this.#knows(after));
    this.#waiting = this.#waiting.filter((waiting) => !ready.includes(waiting));
    for (const { serve } of ready) serve();
  }
}
