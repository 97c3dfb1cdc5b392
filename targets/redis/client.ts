import type { Client } from "#core/client";
import { HarnessError, OperationError, type OperationErrorCode } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Random } from "#core/random";
import type { ClientContext } from "#core/target";
import { perform } from "./commands.ts";
import { firstPrimary } from "./config.ts";
import {
  ConnectionSlot,
  CONNECT_SHARE,
  directly,
  type OpenConnection,
  throughSentinels,
} from "./connection.ts";
import { commandError } from "./errors.ts";
import type { RedisOptions } from "./options.ts";

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
      return await perform(this.#options, connection, operation);
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
}

/** After these the connection leads nowhere: the next operation looks for the primary again. */
const DROPPING: ReadonlySet<OperationErrorCode> = new Set(["connection-lost", "not-connected", "read-only"]);

function failed(slot: ConnectionSlot, { node }: OpenConnection, error: unknown): OperationError {
  const known = error instanceof OperationError ? error : commandError(error, node);
  if (DROPPING.has(known.code)) slot.drop();
  return known;
}
