import { z } from "zod";
import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, ObjectSpec, Reply } from "#core/operation";
import type { Connection } from "#core/runtime";
import type { StoreNode } from "#core/store-node";
import type { ClientContext, Target } from "#core/target";
import { Objects, type Request } from "./objects.ts";

type NoOptions = Record<string, never>;

/**
 * A simulated cluster whose nodes share one copy of the data: nothing can be stale, lost or different. What `riftcheck selftest`
 * puts anomalies into, and what shows that a workload and its checkers see none where there is none.
 */
export const perfectStore: Target<NoOptions> = {
  name: "perfect-store",
  summary: "nodes that share one copy of the data",
  options: z.object({}) as unknown as z.ZodType<NoOptions>,
  environments: {
    sim: () => {
      const objects = new Objects();
      return { createNode: () => new Front(objects) };
    },
  },
  defaults: { nodes: 3, clients: 5, workload: "session" },
  workloads: [],
  claims: () => [],
  objects: (_, declared) => declared.map(mergesByItself),
  createClient: (context) => new StoreClient(context),
  notReady: () => Promise.resolve(undefined),
};

/** One copy merges as every type of CRDT would: sets, counters and texts are judged as such too. */
function mergesByItself(object: ObjectSpec): ObjectSpec {
  const crdt = { set: "or-set", counter: "pn-counter", text: "rga" } as const;
  return object.type in crdt ? { ...object, crdt: crdt[object.type as keyof typeof crdt] } : object;
}

/** A node: it answers at once. */
class Front implements StoreNode {
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  onMessage(): void {
    // Nodes that share everything have nothing to tell each other.
  }

  onRequest(json: Json, reply: (response: Json) => void): void {
    reply(this.#objects.perform(json as unknown as Request) as unknown as Json);
  }
}

/** One session, that stays with one node unless another is named. */
export class StoreClient implements Client {
  readonly #context: ClientContext<unknown>;
  readonly #home: string;
  readonly #connections = new Map<string, Connection>();

  constructor(context: ClientContext<unknown>) {
    this.#context = context;
    this.#home = context.random.pick(context.nodes).node;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const { f, key, value, object, level } = operation;
    const node = operation.node ?? this.#home;
    const connection = this.#connections.get(node) ?? (await this.#connect(node));
    const request = {
      f,
      value,
      process: this.#context.process,
      ...(key === undefined ? {} : { key }),
      ...(object === undefined ? {} : { object }),
      ...(level === undefined ? {} : { level }),
    };
    const reply = (await connection.request(request)) as unknown as Reply;
    return { ...reply, node };
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }

  async #connect(node: string): Promise<Connection> {
    const endpoint = this.#context.nodes.find((one) => one.node === node);
    if (endpoint === undefined) throw new OperationError("rejected", `there is no node ${node}`);
    const connection = await this.#context.runtime.connect(endpoint);
    this.#connections.set(node, connection);
    return connection;
  }
}
