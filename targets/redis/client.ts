import type { Client } from "#core/client";
import { HarnessError, OperationError, type OperationErrorCode } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Random } from "#core/random";
import type { ClientContext } from "#core/target";
import { firstPrimary } from "./config.ts";
import { ConnectionSlot, directly, type OpenConnection, throughSentinels } from "./connection.ts";
import { commandError, isReply } from "./errors.ts";
import type { RedisOptions } from "./options.ts";

/** Opening takes at most this share of an operation's time limit: what was not sent is then known not to have happened. */
const CONNECT_SHARE = 0.5;

/** One session: a connection to the primary, and one to each node it reads from. */
export class RedisClient implements Client {
  readonly #options: RedisOptions;
  readonly #random: Random;
  readonly #nodes: readonly string[];
  readonly #byNode: ReadonlyMap<string, ConnectionSlot>;
  readonly #primary: ConnectionSlot;
  /** The primary as this session last saw it. */
  #primaryNode: string;

  constructor({ options, nodes, random, runtime, timeout }: ClientContext<RedisOptions>) {
    this.#options = options;
    this.#random = random;
    this.#nodes = nodes.map(({ node }) => node);
    this.#primaryNode = firstPrimary(nodes).node;
    const limit = Math.round(timeout * CONNECT_SHARE);
    const names = new Map(nodes.map(({ host, node }) => [host, node]));
    const shared = { runtime, limit, nodeAt: (address: string | undefined) => names.get(address ?? "") };
    this.#byNode = new Map(
      nodes.map((endpoint) => {
        const open = directly(endpoint, limit);
        return [endpoint.node, new ConnectionSlot({ ...shared, open, node: endpoint.node })];
      }),
    );
    this.#primary =
      options.topology === "sentinel"
        ? new ConnectionSlot({ ...shared, open: throughSentinels(nodes, limit) })
        : this.#slotOf(this.#primaryNode);
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const slot = this.#route(operation);
    let connection = slot.current;
    if (connection === undefined) {
      connection = await slot.connect();
      if (slot === this.#primary) this.#primaryNode = connection.node;
    }
    try {
      return await this.#perform(connection, operation);
    } catch (error) {
      throw failed(slot, connection, error);
    }
  }

  close(): void {
    this.#primary.close();
    for (const slot of this.#byNode.values()) slot.close();
  }

  #route({ f, node }: Invocation): ConnectionSlot {
    if (node !== undefined) return this.#slotOf(node);
    const { readFrom } = this.#options;
    if (f !== "read" || readFrom === "primary") return this.#primary;
    if (readFrom === "any") return this.#slotOf(this.#random.pick(this.#nodes));
    // One draw among the others: skip over the primary's place.
    const draw = this.#random.int(this.#nodes.length - 1);
    const skipped = this.#nodes.indexOf(this.#primaryNode) <= draw ? draw + 1 : draw;
    return this.#slotOf(this.#nodes[skipped] as string);
  }

  #slotOf(node: string): ConnectionSlot {
    const slot = this.#byNode.get(node);
    if (slot === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return slot;
  }

  /** Values and elements are stored as JSON text, so that reads return them with their type. */
  async #perform({ redis, node }: OpenConnection, operation: Invocation): Promise<Reply> {
    const { f, key = "", value } = operation;
    switch (f) {
      case "write":
        return this.#options.wait === 0
          ? (await redis.set(key, JSON.stringify(value)), { node })
          : this.#confirmed({ redis, node }, redis.set(key, JSON.stringify(value)));
      case "add":
        return this.#options.wait === 0
          ? (await redis.sadd(key, JSON.stringify(value)), { node })
          : this.#confirmed({ redis, node }, redis.sadd(key, JSON.stringify(value)));
      case "read":
        if (operation.object === "set") return { value: (await redis.smembers(key)).map(parse), node };
        return { value: parseOrNull(await redis.get(key)), node };
      default:
        throw new OperationError("rejected", `the redis client has no operation ${f}`, { node });
    }
  }

  /** WAIT follows the write on the same connection at once: it covers all writes of the connection before it. */
  async #confirmed({ redis, node }: OpenConnection, written: Promise<unknown>): Promise<Reply> {
    const { wait, waitTimeout } = this.#options;
    const [write, confirmed] = await Promise.allSettled([written, redis.wait(wait, waitTimeout)]);
    if (write.status === "rejected") throw write.reason;
    if (confirmed.status === "rejected") {
      const cause: unknown = confirmed.reason;
      if (!isReply(cause)) throw cause;
      throw new OperationError("not-replicated", `written, but WAIT failed: ${String(cause)}`, {
        cause,
        node,
      });
    }
    if (confirmed.value >= wait) return { node };
    throw new OperationError(
      "not-replicated",
      `written, but confirmed by ${confirmed.value} of ${wait} replicas within ${waitTimeout} ms`,
      { node },
    );
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new OperationError("rejected", `the store holds what no client wrote: ${text.slice(0, 100)}`, {
      cause,
    });
  }
}
const parseOrNull = (text: string | null): Json => (text === null ? null : parse(text));

/** After these the connection leads nowhere: the next operation looks for the primary again. */
const DROPPING: ReadonlySet<OperationErrorCode> = new Set(["connection-lost", "not-connected", "read-only"]);

function failed(slot: ConnectionSlot, { node }: OpenConnection, error: unknown): OperationError {
  const known = error instanceof OperationError ? error : commandError(error, node);
  if (DROPPING.has(known.code)) slot.drop();
  return known;
}
