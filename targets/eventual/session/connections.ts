import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Connection, Endpoint, Runtime } from "#core/runtime";

/** A session's connections, one for each node it turned to. */
export class Connections {
  readonly #runtime: Runtime;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;
  readonly #open = new Map<string, Connection>();
  #closed = false;

  constructor(runtime: Runtime, endpoints: readonly Endpoint[]) {
    this.#runtime = runtime;
    this.#endpoints = new Map(endpoints.map((endpoint) => [endpoint.node, endpoint]));
  }

  /** @throws OperationError if no connection could be made or it broke; the connection is then gone */
  async request(node: string, request: Json): Promise<Json> {
    try {
      const connection = this.#open.get(node) ?? (await this.#connect(node));
      return await connection.request(request);
    } catch (error) {
      this.#open.get(node)?.close();
      this.#open.delete(node);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#open.values()) connection.close();
    this.#open.clear();
  }

  async #connect(node: string): Promise<Connection> {
    const endpoint = this.#endpoints.get(node);
    if (endpoint === undefined) throw new OperationError("rejected", `there is no node ${node}`);
    const connection = await this.#runtime.connect(endpoint);
    if (this.#closed) {
      connection.close();
      throw new OperationError("not-connected", "the session was closed before anything was sent", { node });
    }
    this.#open.set(node, connection);
    return connection;
  }
}
