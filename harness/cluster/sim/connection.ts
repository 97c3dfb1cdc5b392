import { HarnessError, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Connection } from "#core/runtime";
import { freezeJson } from "./freeze.ts";
import type { ServerSession, SimHost } from "./host.ts";
import type { SimRuntime } from "./runtime.ts";
import type { SimStream } from "./stream.ts";

/** Both directions of a connection. */
export interface Streams {
  readonly toServer: SimStream;
  readonly toClient: SimStream;
}

interface PendingRequest {
  resolve(response: Json): void;
  reject(error: OperationError): void;
}

/**
 * A client's connection to one incarnation of a node, ordered like TCP: requests already sent reach the node even if the
 * client closes; replies already sent reach the client even if the node dies. A cut link makes it silent (`SimStream`).
 */
export class SimConnection implements Connection, ServerSession {
  readonly #runtime: SimRuntime;
  readonly #host: SimHost;
  readonly #incarnation: number;
  readonly #streams: Streams;
  /** Sent and not answered, oldest first. */
  #pending: PendingRequest[] = [];
  /** Arrived while the node was busy with an earlier request of this connection. */
  readonly #inbox: Json[] = [];
  #busy = false;
  #open = true;

  /** To be made when the connection reaches a living host. */
  constructor(runtime: SimRuntime, host: SimHost, streams: Streams) {
    this.#runtime = runtime;
    this.#host = host;
    this.#incarnation = host.incarnation;
    this.#streams = streams;
    host.sessions.add(this);
  }

  request(message: Json): Promise<Json> {
    if (!this.#open) return Promise.reject(this.#error("not-connected", "the connection is closed"));
    freezeJson(message);
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#streams.toServer.carry(message, () => {
        this.#inbox.push(message);
        this.#serveNext();
      });
    });
  }

  close(): void {
    this.#host.sessions.delete(this);
    this.#break("the client closed the connection");
  }

  /** The node died: the client hears of it after what the node had sent before. */
  reset(): void {
    this.#inbox.length = 0;
    this.toClient(null, () => this.#break("the node died"));
  }

  /** Runs `action` at the client once everything sent to it earlier has arrived. */
  toClient(message: Json, action: () => void): void {
    this.#streams.toClient.carry(message, () => {
      this.#runtime.wake();
      action();
    });
  }

  #serveNext(): void {
    if (this.#busy) return;
    const message = this.#inbox.shift();
    if (message === undefined) return;
    this.#busy = true;
    let replied = false;
    this.#host.request(this.#incarnation, message, (response) => {
      if (replied)
        throw new HarnessError("store-failed", `node ${this.#host.name} replied twice to one request`);
      replied = true;
      freezeJson(response);
      this.toClient(response, () => this.#pending.shift()?.resolve(response));
      this.#busy = false;
      this.#serveNext();
    });
  }

  #break(why: string): void {
    this.#open = false;
    this.#runtime.wake();
    const pending = this.#pending;
    this.#pending = [];
    for (const request of pending) request.reject(this.#error("connection-lost", why));
  }

  #error(code: "connection-lost" | "not-connected", why: string): OperationError {
    return new OperationError(code, why, { node: this.#host.name });
  }
}
