import type { Client } from "#core/client";
import { HarnessError, OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Endpoint } from "#core/runtime";
import type { ClientContext } from "#core/target";
import type { Nanoseconds } from "#core/units";
import { perform, type Style } from "../sql/perform.ts";
import { MariadbConnection } from "./connection.ts";
import type { GaleraOptions } from "./options.ts";
import { statements } from "./statements.ts";

/** Opening takes at most this share of an operation's time limit: what was not sent is then known not to have happened. */
const CONNECT_SHARE = 0.6;

/** One session: every node takes reads and writes, and which one it asks is a matter of `route`. */
export class GaleraClient implements Client {
  readonly #context: ClientContext<GaleraOptions>;
  readonly #style: Style;
  readonly #connections = new Map<string, MariadbConnection>();
  #closed = false;
  /** Place of the node that a session with one node at a time asks now. */
  #place: number;

  constructor(context: ClientContext<GaleraOptions>) {
    const { options, process, nodes, workload } = context;
    this.#context = context;
    this.#place = options.route === "sticky" ? process % nodes.length : 0;
    const inTransactions = workload === "txn-rw-register" ? "register" : "list";
    this.#style = { statements, updates: options.updates, inTransactions };
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const connection = await this.#connected(operation);
    try {
      return { ...(await perform(connection, operation, this.#style)), node: connection.node };
    } catch (error) {
      // A node outside the majority answers that it is: a session that may goes to the next.
      if (error instanceof OperationError && error.code === "unavailable") this.#leave(connection.node);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) connection.drop();
    this.#connections.clear();
  }

  async #connected({ node }: Invocation): Promise<MariadbConnection> {
    const { options, random, nodes, timeout } = this.#context;
    const limit = Math.round(timeout * CONNECT_SHARE);
    if (node !== undefined) return this.#connection(this.#endpoint(node), limit);
    if (options.route === "random") return this.#connection(random.pick(nodes), limit);
    const problems: string[] = [];
    for (const _ of nodes) {
      const endpoint = nodes[this.#place]!;
      try {
        return await this.#connection(endpoint, limit / nodes.length);
      } catch (error) {
        if (!(error instanceof OperationError) || this.#closed) throw error;
        problems.push(`${endpoint.node}: ${error.message}`);
        this.#leave(endpoint.node);
      }
    }
    throw new OperationError("connection-refused", problems.join("; "));
  }

  async #connection(endpoint: Endpoint, limit: Nanoseconds): Promise<MariadbConnection> {
    const present = this.#connections.get(endpoint.node);
    if (present?.isOpen === true) return present;
    const connection = await MariadbConnection.open({ runtime: this.#context.runtime, endpoint, limit });
    if (this.#closed) {
      connection.drop();
      throw new OperationError("not-connected", "the session was closed", { node: endpoint.node });
    }
    this.#connections.set(endpoint.node, connection);
    return connection;
  }

  /** From the next operation on, another node is asked where the session has the choice. */
  #leave(node: string): void {
    this.#connections.get(node)?.drop();
    this.#connections.delete(node);
    const { nodes } = this.#context;
    if (nodes[this.#place]?.node === node) this.#place = (this.#place + 1) % nodes.length;
  }

  #endpoint(node: string): Endpoint {
    const endpoint = this.#context.nodes.find((one) => one.node === node);
    if (endpoint === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return endpoint;
  }
}
