import type { Redis, RedisOptions as LibraryOptions } from "ioredis";
import { messageOf, OperationError } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { MASTER_NAME, REDIS_PORT, SENTINEL_PORT } from "./config.ts";

/**
 * One command is one request: the library neither queues, resends nor reconnects. RESP2 needs no handshake, so that a
 * connection is ready as soon as TCP is, and what a connection sends is what the client asked for.
 */
const ONE_REQUEST = {
  lazyConnect: true,
  retryStrategy: null,
  maxRetriesPerRequest: null,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  enableReadyCheck: false,
  disableClientInfo: true,
  protocol: 2,
} as const satisfies LibraryOptions;

/** Opening takes at most this share of an operation's time limit: what was not sent is then known not to have happened. */
export const CONNECT_SHARE = 0.5;

/** An open connection and the node at its other end. */
export interface OpenConnection {
  readonly redis: Redis;
  readonly node: string;
}

/** Opens a connection to whatever this slot stands for: one node, or the primary that the sentinels name. */
export type Opener = () => Promise<Redis>;

/** The library is loaded with the first session: starting the command must not wait for it. */
export const library = async (): Promise<typeof Redis> => (await import("ioredis")).Redis;

/** A direct connection to one node. `readOnly`: a replica in a cluster answers reads on it by itself. */
export const directly =
  (endpoint: Endpoint, connectTimeout: Nanoseconds, readOnly = false): Opener =>
  async () =>
    new (await library())({
      ...ONE_REQUEST,
      readOnly,
      host: endpoint.host,
      port: endpoint.ports["client"] ?? REDIS_PORT,
      connectTimeout: connectTimeout / MILLISECOND,
    });

/**
 * A connection to the primary that the first answering sentinel names, checked for its role as the guidelines for
 * Sentinel clients ask. It lives as long as the primary keeps it: a failover elsewhere does not end it.
 */
export const throughSentinels =
  (nodes: readonly Endpoint[], connectTimeout: Nanoseconds): Opener =>
  async () =>
    new (await library())({
      ...ONE_REQUEST,
      enableReadyCheck: true,
      sentinels: nodes.map(({ host, ports }) => ({ host, port: ports["sentinel"] ?? SENTINEL_PORT })),
      name: MASTER_NAME,
      role: "master",
      sentinelRetryStrategy: () => null,
      // A paused sentinel accepts connections and says nothing: the next one is to be asked in time.
      sentinelCommandTimeout: connectTimeout / MILLISECOND / (nodes.length + 1),
      connectTimeout: connectTimeout / MILLISECOND / (nodes.length + 1),
    });

export interface SlotOptions {
  readonly runtime: Runtime;
  readonly open: Opener;
  /** Name of the node at an address. */
  readonly nodeAt: (address: string | undefined) => string | undefined;
  /** The node this slot stands for, if it is always the same. */
  readonly node?: string;
  /** How long opening may take. */
  readonly limit: Nanoseconds;
}

/** A place for one connection: opened when first needed, dropped on trouble, opened anew for the next operation. */
export class ConnectionSlot {
  readonly #options: SlotOptions;
  #redis: Redis | undefined;
  #open: OpenConnection | undefined;
  #opening: Promise<OpenConnection> | undefined;
  #closed = false;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** The connection, if it is open and good. */
  get current(): OpenConnection | undefined {
    const open = this.#open;
    return open?.redis.status === "ready" ? open : undefined;
  }

  /** Opens a new connection. @throws OperationError with a definite code: nothing was sent. */
  connect(): Promise<OpenConnection> {
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #connect(): Promise<OpenConnection> {
    if (this.#closed) throw new OperationError("not-connected", "the session was closed");
    this.drop();
    const redis = await this.#options.open();
    if (this.#closed) throw new OperationError("not-connected", "the session was closed");
    this.#redis = redis;
    let lastError: unknown;
    redis.on("error", (error: unknown) => {
      lastError = error;
    });
    const cancel = this.#options.runtime.after(this.#options.limit, () => destroy(redis));
    try {
      await redis.connect();
      const node = this.#options.node ?? this.#options.nodeAt(redis.stream.remoteAddress);
      if (node === undefined) throw new Error(`no node has the address ${redis.stream.remoteAddress}`);
      this.#open = { redis, node };
      return this.#open;
    } catch (error) {
      destroy(redis);
      throw this.#refused(lastError ?? error);
    } finally {
      cancel();
    }
  }

  /** Drops the connection for good. */
  close(): void {
    this.#closed = true;
    this.drop();
  }

  drop(): void {
    if (this.#redis !== undefined) destroy(this.#redis);
    this.#redis = undefined;
    this.#open = undefined;
  }

  #refused(cause: unknown): OperationError {
    const { node } = this.#options;
    if (node !== undefined)
      return new OperationError("connection-refused", messageOf(cause), { cause, node });
    return new OperationError("no-leader", `the sentinels lead to no primary: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Ends the connection now: the library's own way waits for the other end, which a cut link keeps silent. */
export function destroy(redis: Redis): void {
  if (redis.status === "end") return;
  redis.disconnect();
  (redis.stream as Redis["stream"] | undefined)?.destroy();
}
