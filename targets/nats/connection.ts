import type { Msg, NatsConnection, RequestOptions } from "@nats-io/transport-node";
import { messageOf, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { CLIENT_PORT } from "./config.ts";
import { type ApiError, NOT_FOUND, requestError } from "./errors.ts";

/** Opening takes at most this share of an operation's time limit: what was not sent is then known not to have happened. */
export const CONNECT_SHARE = 0.3;
/** The engine gives operations up; the library's own limit only clears what it remembers of them. */
const LIBRARY_LIMIT_MS = 20_000;

/** A connection to one server, and requests on it. Nothing is ever sent twice, and the connection is not opened again. */
export class ServerConnection {
  readonly node: string;
  readonly #connection: NatsConnection;
  #subscriptions = 0;

  constructor(node: string, connection: NatsConnection) {
    this.node = node;
    this.#connection = connection;
  }

  /** As the server introduced itself. */
  get version(): string {
    return this.#connection.info?.version ?? "";
  }

  get isOpen(): boolean {
    return !this.#connection.isClosed();
  }

  /** One request, one reply. @throws OperationError */
  request(subject: string, payload = ""): Promise<Msg> {
    return this.#request(subject, payload, { timeout: LIBRARY_LIMIT_MS });
  }

  /**
   * A request that a message of a stream answers: it comes under its own subject, by which the library would not find
   * whose reply it is, so that it needs a subscription of its own.
   */
  pull(subject: string, payload: string): Promise<Msg> {
    return this.#request(subject, payload, { timeout: LIBRARY_LIMIT_MS, noMux: true });
  }

  async #request(subject: string, payload: string, options: RequestOptions): Promise<Msg> {
    try {
      return await this.#connection.request(subject, payload, options);
    } catch (error) {
      throw requestError(error, this.node);
    }
  }

  /** A request to the JetStream API, or a publish, whose reply is JSON with `error` in it if it was refused. */
  async ask(subject: string, body: Json | string = ""): Promise<ApiReply> {
    const message = await this.request(subject, typeof body === "string" ? body : JSON.stringify(body));
    return message.json<ApiReply>();
  }

  /** Publishes to a stream if the subject's last message has this sequence; 0: if it has none. */
  async publishAfter(subject: string, text: string, sequence: number): Promise<ApiReply> {
    const { headers } = await import("@nats-io/transport-node");
    const condition = headers();
    condition.set("Nats-Expected-Last-Subject-Sequence", String(sequence));
    const options = { timeout: LIBRARY_LIMIT_MS, headers: condition };
    return (await this.#request(subject, text, options)).json<ApiReply>();
  }

  /** Hears what is sent to a subject of its own. */
  subscribe(heard: (message: Msg) => void): { readonly subject: string; end(): void } {
    const subject = `_INBOX.${this.node}.${this.#subscriptions++}.${this.#connection.info?.client_id ?? 0}`;
    const subscription = this.#connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) heard(message);
      },
    });
    return { subject, end: () => subscription.unsubscribe() };
  }

  /** A request whose answers, if there are any, go to a subject that somebody listens to. */
  send(subject: string, payload: string, reply: string): void {
    try {
      this.#connection.publish(subject, payload, { reply });
    } catch (error) {
      throw requestError(error, this.node);
    }
  }

  /** Drops the connection at once; what is under way rejects. */
  close(): void {
    // The library closes the socket before anything in it can fail, and reports nothing that matters afterwards.
    this.#connection.close().catch(() => undefined);
  }
}

export type ApiReply = { readonly error?: ApiError } & Readonly<Record<string, unknown>>;

/** Opens a connection to a server. @throws OperationError `connection-refused`: nothing was sent */
export async function openConnection(
  runtime: Runtime,
  endpoint: Endpoint,
  limit: Nanoseconds,
): Promise<ServerConnection> {
  const { node } = endpoint;
  // Loaded with the first session: starting the command must not wait for it.
  const { connect } = await import("@nats-io/transport-node");
  const opening = connect({
    servers: `${endpoint.host}:${endpoint.ports["client"] ?? CLIENT_PORT}`,
    timeout: limit / MILLISECOND,
    reconnect: false,
    maxReconnectAttempts: 0,
    waitOnFirstConnect: false,
    ignoreClusterUpdates: true,
    noAsyncTraces: true,
  });
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = runtime.after(limit, () => reject(new Error(`no connection within ${limit / MILLISECOND} ms`)));
  });
  try {
    return new ServerConnection(node, await Promise.race([opening, late]));
  } catch (cause) {
    opening.then((connection) => connection.close()).catch(() => undefined);
    throw new OperationError("connection-refused", messageOf(cause), { cause, node });
  } finally {
    cancel();
  }
}

/** The status of a message without content, if it has one. */
export const statusOf = ({ headers }: Msg): number => headers?.code ?? 0;
export const isMissing = (message: Msg): boolean => statusOf(message) === NOT_FOUND;
