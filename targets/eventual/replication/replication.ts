import type { Json } from "#core/json";
import type { Answer, ReadRequest, Refusal, Status, UpdateRequest } from "../protocol.ts";

export type Reply = (response: Answer | Refusal) => void;

/** Who takes a client's request, which nodes hear of it before it is answered, and how the others learn of it. */
export interface Replication {
  /** @param reply called once, now or later */
  read(request: ReadRequest, reply: Reply): void;
  update(request: UpdateRequest, reply: Reply): void;
  /** A message that a node's replication sent. */
  onMessage(from: string, message: Json): void;
  status(): Status;
}
