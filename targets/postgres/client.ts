import type { Client } from "#core/client";
import { HarnessError, OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Endpoint } from "#core/runtime";
import type { ClientContext } from "#core/target";
import type { Nanoseconds } from "#core/units";
import { perform, type Style } from "../sql/perform.ts";
import { PostgresConnection } from "./connection.ts";
import type { PostgresOptions } from "./options.ts";
import { statements } from "./statements.ts";

/** Opening takes at most this share of an operation's time limit: what was not sent is then known not to have happened. */
const CONNECT_SHARE = 0.8;
/** Under which the primary that a session uses is kept among the connections to nodes. */
const PRIMARY = "";
/** Standbys have no serializable transactions. */
const ON_ONE_NODE = "repeatable read";

/**
 * One session: a connection to the primary, found as drivers do that are given several hosts and told to write, and one to each node it
 * reads from.
 */
export class PostgresClient implements Client {
  readonly #context: ClientContext<PostgresOptions>;
  readonly #style: Style;
  readonly #connections = new Map<string, PostgresConnection>();
  #closed = false;
  /** The primary as this session last saw it. */
  #primary: string;

  constructor(context: ClientContext<PostgresOptions>) {
    this.#context = context;
    this.#primary = context.nodes[0]?.node ?? "";
    const inTransactions = context.workload === "txn-rw-register" ? "register" : "list";
    this.#style = { statements, updates: context.options.updates, inTransactions };
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const node = this.#route(operation);
    const connection = await this.#connected(node);
    try {
      return { ...(await perform(connection, operation, this.#style)), node: connection.node };
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      // A primary that became a standby, or does not write yet: the next operation looks for the primary again.
      if (error.code === "read-only") this.#drop(node);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const node of [...this.#connections.keys()]) this.#drop(node);
  }

  /** The node to ask, or `PRIMARY`. */
  #route({ f, node }: Invocation): string {
    const { options, random, nodes } = this.#context;
    if (node !== undefined) return node;
    if (f !== "read" || options.readFrom === "primary") return PRIMARY;
    const names = nodes.map((one) => one.node);
    return random.pick(options.readFrom === "any" ? names : names.filter((name) => name !== this.#primary));
  }

  async #connected(node: string): Promise<PostgresConnection> {
    const present = this.#connections.get(node);
    if (present?.isOpen === true) return present;
    const limit = Math.round(this.#context.timeout * CONNECT_SHARE);
    const connection =
      node === PRIMARY
        ? await this.#findPrimary(limit)
        : await this.#open(this.#endpoint(node), limit, ON_ONE_NODE);
    if (this.#closed) {
      connection.drop();
      throw new OperationError("not-connected", "the session was closed", { node: connection.node });
    }
    this.#connections.set(node, connection);
    return connection;
  }

  /** The last primary first, then the others at once: the first that writes. */
  async #findPrimary(limit: Nanoseconds): Promise<PostgresConnection> {
    const { nodes } = this.#context;
    const last = nodes.filter(({ node }) => node === this.#primary);
    const others = nodes.filter(({ node }) => node !== this.#primary);
    const problems: string[] = [];
    for (const group of [last, others]) {
      const opened = group.map((endpoint) => this.#openPrimary(endpoint, limit / 2, problems));
      const connection = await firstOf(opened);
      if (connection === undefined) continue;
      this.#primary = connection.node;
      return connection;
    }
    throw new OperationError("no-leader", `no node writes: ${problems.join("; ")}`);
  }

  async #openPrimary(
    endpoint: Endpoint,
    limit: Nanoseconds,
    problems: string[],
  ): Promise<PostgresConnection | undefined> {
    const { runtime, options } = this.#context;
    let connection: PostgresConnection | undefined;
    let late = false;
    // A paused node accepts connections and says nothing: the next one is to be asked in time.
    const cancel = runtime.after(limit, () => {
      late = true;
      connection?.drop();
    });
    try {
      connection = await this.#open(endpoint, limit, options.isolation.replace("-", " "));
      const { rows } = await connection.run("SHOW transaction_read_only", []);
      if (rows[0]?.["transaction_read_only"] === "off" && !late) return connection;
      problems.push(`${endpoint.node} only reads`);
    } catch (error) {
      problems.push(`${endpoint.node}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      cancel();
    }
    connection?.drop();
    return undefined;
  }

  #open(endpoint: Endpoint, limit: Nanoseconds, isolation: string): Promise<PostgresConnection> {
    return PostgresConnection.open({ runtime: this.#context.runtime, endpoint, isolation, limit });
  }

  #drop(node: string): void {
    this.#connections.get(node)?.drop();
    this.#connections.delete(node);
  }

  #endpoint(node: string): Endpoint {
    const endpoint = this.#context.nodes.find((one) => one.node === node);
    if (endpoint === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return endpoint;
  }
}

/** The first connection that comes; what comes later is dropped. */
async function firstOf(
  opened: readonly Promise<PostgresConnection | undefined>[],
): Promise<PostgresConnection | undefined> {
  let first: PostgresConnection | undefined;
  return new Promise((resolve) => {
    const arrived = opened.map(async (one) => {
      const connection = await one;
      if (first === undefined) first = connection;
      else connection?.drop();
      if (first !== undefined) resolve(first);
    });
    void Promise.all(arrived).then(() => resolve(first));
  });
}
