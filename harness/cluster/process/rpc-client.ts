import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Connection } from "#core/runtime";
import type { ProtocolBody } from "#core/target";
import { lineOf } from "./message.ts";
import type { NodeHost } from "./node-host.ts";

interface Waiting {
  readonly request: ProtocolBody;
  resolve(reply: ProtocolBody): void;
  reject(error: OperationError): void;
}

/** A client of one process of one node, named `c0`, `c1`, … in its messages. */
export class RpcClient implements Connection {
  readonly name: string;
  readonly #host: NodeHost;
  readonly #incarnation: number;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onClose: () => void;
  #lastId = 0;
  #gone: string | undefined;

  constructor(name: string, host: NodeHost, onClose: () => void) {
    this.name = name;
    this.#host = host;
    this.#incarnation = host.started;
    this.#onClose = onClose;
  }

  /** The request with this `msg_id`, if its reply is still waited for. */
  requestOf(id: Json | undefined): ProtocolBody | undefined {
    return typeof id === "number" ? this.#waiting.get(id)?.request : undefined;
  }

  async request(message: Json): Promise<Json> {
    const { name: node } = this.#host;
    if (this.#gone !== undefined) throw new OperationError("not-connected", this.#gone, { node });
    if (this.#host.started !== this.#incarnation || !this.#host.isAlive)
      throw new OperationError("not-connected", `the process of ${node} is gone`, { node });
    const id = ++this.#lastId;
    const request = { ...(message as ProtocolBody), msg_id: id };
    return await new Promise<ProtocolBody>((resolve, reject) => {
      this.#waiting.set(id, { request, resolve, reject });
      this.#host.ask(lineOf(this.name, node, request));
    });
  }

  /** The reply to one of its requests; one that nobody waits for is dropped. */
  answer(id: number, reply: ProtocolBody): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.resolve(reply);
  }

  /** The process ended: whatever it was asked may have happened. */
  lose(why: string): void {
    this.#gone ??= why;
    const error = new OperationError("connection-lost", why, { node: this.#host.name });
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
    this.#onClose();
  }

  close(): void {
    this.lose("the session was closed");
  }
}
