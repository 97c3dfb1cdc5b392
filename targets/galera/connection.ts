import type { Connection as Callbacks } from "mysql2";
import type { Connection as Library } from "mysql2/promise";
import { messageOf, OperationError } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { Connection, Rows } from "../sql/transaction.ts";
import { isLost, lostError, rolledBackError, statementError } from "./errors.ts";
import { MARIADB_PORT } from "./plan.ts";
import { statements } from "./statements.ts";

/** Where a session is opened, and how long that may take. */
export interface Access {
  readonly runtime: Runtime;
  readonly endpoint: Endpoint;
  readonly limit: Nanoseconds;
}

/** Counts the changes of the group as this node has seen them. Without Galera it is always the same. */
const VIEW =
  "SELECT VARIABLE_VALUE AS view FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'WSREP_CLUSTER_CONF_ID'";
/** The same, once the node has caught up with everything that it was sent: outside of the majority it cannot. */
const VIEW_NOW = `SET STATEMENT wsrep_sync_wait = 1 FOR ${VIEW}`;
/** What ends a transaction, whatever comes of it. */
const ENDS: ReadonlySet<string> = new Set(["COMMIT", "ROLLBACK"]);

/** One session with one node. The library neither reconnects nor repeats anything. */
export class MariadbConnection implements Connection {
  readonly node: string;
  readonly #callbacks: Callbacks;
  readonly #library: Library;
  #open = true;
  /** The group's count of changes when it was last asked for. */
  #view: string | undefined;
  #inTransaction = false;
  /** Rejects when the connection is dropped: the library says nothing more then. */
  readonly #dropped: Promise<never>;
  #reject: (reason: Error) => void = () => undefined;

  private constructor(library: Callbacks, node: string) {
    this.#callbacks = library;
    this.#library = library.promise();
    this.node = node;
    this.#dropped = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    // Nobody may be waiting.
    this.#dropped.catch(() => undefined);
  }

  /** @throws OperationError `connection-refused`: nothing was sent */
  static async open({ runtime, endpoint, limit }: Access): Promise<MariadbConnection> {
    // Loaded with the first session: other targets' runs do not wait for it.
    const { createConnection } = await import("mysql2");
    const library = createConnection({
      host: endpoint.host,
      port: endpoint.ports["client"] ?? MARIADB_PORT,
      user: "riftcheck",
      database: "riftcheck",
      connectTimeout: Math.ceil(limit / MILLISECOND),
    });
    let opened: MariadbConnection | undefined;
    let giveUp: () => void = () => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        giveUp = runtime.after(limit, () => {
          opened?.drop();
          reject(new Error("no greeting in time"));
        });
        // Trouble of an open connection is told to whoever waits for an answer.
        library.on("error", (error) => {
          opened?.drop();
          reject(error);
        });
        library.once("connect", () => resolve());
      });
      opened = new MariadbConnection(library, endpoint.node);
      opened.#view = await opened.#viewBy(VIEW);
      if (!opened.isOpen) throw new Error("no answer in time");
      return opened;
    } catch (cause) {
      destroy(library);
      throw new OperationError("connection-refused", messageOf(cause), { cause, node: endpoint.node });
    } finally {
      giveUp();
    }
  }

  get isOpen(): boolean {
    return this.#open;
  }

  async run(statement: string, parameters: readonly (string | number | null)[]): Promise<Rows> {
    if (!this.#open)
      throw new OperationError("not-connected", "the connection was gone", { node: this.node });
    this.#inTransaction = statement === statements.begin || (this.#inTransaction && !ENDS.has(statement));
    try {
      const [result] = await Promise.race([this.#library.query(statement, [...parameters]), this.#dropped]);
      if (Array.isArray(result)) return { rows: result as Rows["rows"], affected: 0 };
      return { rows: [], affected: (result as { affectedRows: number }).affectedRows };
    } catch (error) {
      const meant = statementError(error, this.node, statement);
      if (meant.code === "connection-lost") this.drop();
      if (this.#inTransaction || !isLost(error)) throw meant;
      const before = this.#view;
      this.#view = await this.#viewBy(VIEW_NOW);
      throw lostError(meant, before, this.#view);
    }
  }

  /** `undefined`: it does not say. */
  async #viewBy(question: string): Promise<string | undefined> {
    try {
      const [rows] = await Promise.race([this.#library.query(question), this.#dropped]);
      return String((rows as { view: unknown }[])[0]?.view);
    } catch {
      return undefined;
    }
  }

  rolledBack(error: unknown): OperationError {
    return rolledBackError(error, this.node);
  }

  drop(): void {
    this.#open = false;
    destroy(this.#callbacks);
    this.#reject(new Error("the connection was dropped"));
  }
}

/** Ends the connection now: the library's own way waits for the other end, which a node that is gone never closes. */
function destroy(library: Callbacks): void {
  library.destroy();
  (library as unknown as { stream: { destroy(): void } }).stream.destroy();
}
