import type { Client } from "#core/client";
import { OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Connection, Endpoint } from "#core/runtime";
import type { ClientContext, ProtocolBody } from "#core/target";
import { NO_SUCH_KEY, operationErrorOf, PRECONDITION_FAILED } from "./errors.ts";
import { LogSession } from "./log-session.ts";
import type { MaelstromOptions } from "./options.ts";
import { rpcOf } from "./requests.ts";

/** One session with one node, as Maelstrom's clients have it: nodes are dealt out by process. */
export class MaelstromClient implements Client {
  readonly #context: ClientContext<MaelstromOptions>;
  readonly #workload: string;
  readonly #connections = new Map<string, Promise<Connection>>();
  readonly #log = new LogSession((node, body) => this.#ask(node, body));
  #closed = false;

  constructor(context: ClientContext<MaelstromOptions>, workload: string) {
    this.#context = context;
    this.#workload = workload;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const node = operation.node ?? this.#ownNode();
    if (this.#workload === "kafka") return { ...(await this.#log.invoke(node, operation)), node };
    const rpc = rpcOf(this.#workload, operation);
    const body = await this.#ask(node, rpc.request(operation));
    if (body["type"] !== "error") return { ...rpc.reply(body, operation), node };
    const observation = observationOf(operation, body["code"]);
    if (observation === undefined) throw operationErrorOf(node, body);
    return { ...observation, node };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connections = [...this.#connections.values()];
    this.#connections.clear();
    for (const connection of await Promise.allSettled(connections)) {
      if (connection.status === "fulfilled") connection.value.close();
    }
  }

  #ownNode(): string {
    const { nodes, process } = this.#context;
    return (nodes[process % nodes.length] as Endpoint).node;
  }

  /** The reply, which may be an error's. A broken connection is given up: the next request opens another. */
  async #ask(node: string, body: ProtocolBody): Promise<ProtocolBody> {
    try {
      const connection = await this.#connect(node);
      return (await connection.request(body)) as ProtocolBody;
    } catch (error) {
      this.#connections.delete(node);
      throw error;
    }
  }

  #connect(node: string): Promise<Connection> {
    const { runtime, nodes } = this.#context;
    if (this.#closed) throw new OperationError("not-connected", "the session was closed", { node });
    const endpoint = nodes.find((one) => one.node === node);
    if (endpoint === undefined) throw new OperationError("rejected", `there is no node ${node}`);
    let connection = this.#connections.get(node);
    if (connection === undefined) {
      connection = runtime.connect(endpoint);
      this.#connections.set(node, connection);
    }
    return connection;
  }
}

/** What a refusal tells of a key: that it holds nothing, or something else than was expected. */
function observationOf({ f }: Invocation, code: unknown): Reply | undefined {
  if (f === "read" && code === NO_SUCH_KEY) return { value: null };
  if (f === "cas" && code === NO_SUCH_KEY) return { result: false, observed: null };
  if (f === "cas" && code === PRECONDITION_FAILED) return { result: false };
  return undefined;
}
