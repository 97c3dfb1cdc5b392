import type { NodeContext } from "#core/store-node";
import type { Nanoseconds } from "#core/units";
import type { Durability } from "../../durability.ts";
import type { Answer, Refusal } from "../../protocol.ts";
import type { Reply } from "../replication.ts";

/** A client's request that is answered once: by whoever settles it first, or by time. */
export class OpenRequest {
  /** What the client is told if nobody settles the request in time. */
  late: Refusal;
  readonly #durability: Durability;
  readonly #cancel: () => void;
  #reply: Reply | undefined;

  constructor(
    parts: { readonly context: NodeContext; readonly durability: Durability },
    { limit, late, reply }: { readonly limit: Nanoseconds; readonly late: Refusal; readonly reply: Reply },
  ) {
    this.late = late;
    this.#durability = parts.durability;
    this.#reply = reply;
    this.#cancel = parts.context.after(limit, () => this.settle(this.late));
  }

  get isOpen(): boolean {
    return this.#reply !== undefined;
  }

  /** Answers once all that the answer tells of is on disk. Harmless if the request is settled. */
  settle(response: Answer | Refusal): void {
    const reply = this.#reply;
    if (reply === undefined) return;
    this.#reply = undefined;
    this.#cancel();
    this.#durability.whenDurable(() => reply(response));
  }
}
