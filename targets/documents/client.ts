import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { OperationFunction } from "#core/functions";
import type { Invocation, ObjectType, Reply } from "#core/operation";
import type { ClientContext } from "#core/target";
import { Connections } from "../eventual/session/connections.ts";
import type { Request, Response } from "./protocol.ts";

/** What keys hold if nobody says. */
const OBJECT_OF: Partial<Record<OperationFunction, ObjectType>> = {
  add: "set",
  remove: "set",
  increment: "counter",
  insert: "text",
  erase: "text",
};

/** One session: it works with one node until that one fails, then with the next. One operation is one request. */
export class DocumentClient implements Client {
  readonly #nodes: readonly string[];
  readonly #connections: Connections;
  #home: number;

  constructor({ runtime, nodes, process }: ClientContext<unknown>) {
    this.#nodes = nodes.map(({ node }) => node);
    this.#connections = new Connections(runtime, nodes);
    this.#home = process;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const { f, key } = operation;
    if (key === undefined) throw new OperationError("rejected", `${f} needs a key`);
    const node = operation.node ?? this.#nodes[this.#home % this.#nodes.length]!;
    const response = await this.#ask(node, requestOf(operation, key), operation.node === undefined);
    if ("error" in response)
      throw new OperationError(response.error, `${node}: ${response.reason}`, { node });
    return { node, ...(response.value === undefined ? {} : { value: response.value }) };
  }

  close(): void {
    this.#connections.close();
  }

  async #ask(node: string, request: Request, isHome: boolean): Promise<Response> {
    try {
      return (await this.#connections.request(node, request as unknown as Json)) as Response;
    } catch (error) {
      if (isHome) this.#home++;
      throw error;
    }
  }
}

function requestOf({ f, value, object = OBJECT_OF[f] ?? "register" }: Invocation, key: string): Request {
  return f === "read" ? { op: "read", key, object } : { op: "update", key, object, action: { f, value } };
}
