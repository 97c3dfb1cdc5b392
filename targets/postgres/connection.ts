import type { Client as PgClient } from "pg";
import { messageOf, OperationError } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { Connection, Rows } from "../sql/transaction.ts";
import { isUnconfirmed, rolledBackError, statementError } from "./errors.ts";
import { POSTGRES_PORT } from "./supervisor/settings.ts";

/** Where and how a session is opened. */
export interface Access {
  readonly runtime: Runtime;
  readonly endpoint: Endpoint;
  /** As SQL names it. */
  readonly isolation: string;
  /** How long opening may take. */
  readonly limit: Nanoseconds;
}

/** One session with one node. The library neither reconnects nor repeats anything. */
export class PostgresConnection implements Connection {
  readonly node: string;
  readonly #client: PgClient;
  #open = true;
  /** Whether the server warned that a commit was not confirmed. */
  #unconfirmed = false;

  private constructor(client: PgClient, node: string) {
    this.#client = client;
    this.node = node;
    client.on("notice", ({ message }) => {
      if (isUnconfirmed(message ?? "")) this.#unconfirmed = true;
    });
    client.on("end", () => this.drop());
  }

  /** @throws OperationError `connection-refused`: nothing was sent */
  static async open({ runtime, endpoint, isolation, limit }: Access): Promise<PostgresConnection> {
    // Loaded with the first session: other targets' runs do not wait for it.
    const { Client } = await import("pg");
    const client = new Client({
      host: endpoint.host,
      port: endpoint.ports["client"] ?? POSTGRES_PORT,
      user: "postgres",
      database: "postgres",
      application_name: "riftcheck",
      options: `-c default_transaction_isolation=${isolation.replaceAll(" ", "\\ ")}`,
      connectionTimeoutMillis: Math.ceil(limit / MILLISECOND),
    });
    // Trouble is told to whoever waits for an answer; a client without a listener would end the program.
    client.on("error", () => undefined);
    const cancel = runtime.after(limit, () => destroy(client));
    try {
      await client.connect();
      return new PostgresConnection(client, endpoint.node);
    } catch (cause) {
      destroy(client);
      throw new OperationError("connection-refused", messageOf(cause), { cause, node: endpoint.node });
    } finally {
      cancel();
    }
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async run(statement: string, parameters: readonly (string | number | null)[]): Promise<Rows> {
    if (!this.#open)
      throw new OperationError("not-connected", "the connection was gone", { node: this.node });
    this.#unconfirmed = false;
    let rows: Rows;
    try {
      const result = await this.#client.query<Record<string, unknown>>(statement, [...parameters]);
      rows = { rows: result.rows, affected: result.rowCount ?? 0 };
    } catch (error) {
      const meant = statementError(error, this.node);
      if (meant.code === "connection-lost") this.drop();
      throw meant;
    }
    if (this.#unconfirmed)
      throw new OperationError("not-replicated", "committed, but not confirmed by standbys", {
        node: this.node,
      });
    return rows;
  }

  rolledBack(error: unknown): OperationError {
    return rolledBackError(error, this.node);
  }

  drop(): void {
    this.#open = false;
    destroy(this.#client);
  }
}

/** Ends the connection now: the library's own way waits for the other end, which a cut link keeps silent. */
function destroy(client: PgClient): void {
  (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
