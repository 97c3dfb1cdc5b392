import type { Client } from "#core/client";
import { HarnessError, messageOf, OperationError, type OperationErrorCode } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Random } from "#core/random";
import type { Runtime } from "#core/runtime";
import type { ClientContext } from "#core/target";
import type { Nanoseconds } from "#core/units";
import { perform } from "../commands.ts";
import { CONNECT_SHARE, ConnectionSlot, directly, type OpenConnection } from "../connection.ts";
import { commandError, isReply } from "../errors.ts";
import type { RedisOptions } from "../options.ts";
import { keySlot } from "./key-slot.ts";
import { parseSlots, redirectionOf, type SlotMap } from "./slot-map.ts";

/** Two nodes are asked for the map of slots, and one connection is opened for the operation itself. */
const STEPS = 4;
/** Redirections of one operation; more lead in circles. */
const REDIRECTIONS_MAX = 5;

/** Where a request goes. `readOnly`: on a connection on which replicas answer reads. */
interface Address {
  readonly node: string;
  readonly readOnly: boolean;
}

/**
 * One session with a cluster, as usual clients hold it: it asks some node for the map of slots, sends each request to the node that
 * keeps its key, and follows redirections, which say that nothing was done. A request whose outcome is unknown is not sent again.
 * After trouble it asks for the map anew, of whatever node.
 */
export class RedisClusterClient implements Client {
  readonly #options: RedisOptions;
  readonly #random: Random;
  readonly #runtime: Runtime;
  readonly #nodes: readonly string[];
  readonly #names: ReadonlyMap<string, string>;
  readonly #direct: ReadonlyMap<string, ConnectionSlot>;
  readonly #reading: ReadonlyMap<string, ConnectionSlot>;
  /** How long one step of finding the way may take. */
  readonly #limit: Nanoseconds;
  #map: SlotMap | undefined;

  constructor({ options, nodes, random, runtime, timeout }: ClientContext<RedisOptions>) {
    this.#options = options;
    this.#random = random;
    this.#runtime = runtime;
    this.#nodes = nodes.map(({ node }) => node);
    this.#names = new Map(nodes.map(({ host, node }) => [host, node]));
    const limit = Math.round((timeout * CONNECT_SHARE) / STEPS);
    this.#limit = limit;
    const connections = (readOnly: boolean): ReadonlyMap<string, ConnectionSlot> =>
      new Map(
        nodes.map((endpoint) => {
          const open = directly(endpoint, limit, readOnly);
          const nodeAt = (address: string | undefined) => this.#names.get(address ?? "");
          return [endpoint.node, new ConnectionSlot({ runtime, limit, nodeAt, open, node: endpoint.node })];
        }),
      );
    this.#direct = connections(false);
    this.#reading = connections(true);
  }

  async invoke(operation: Invocation): Promise<Reply> {
    let address = await this.#route(operation);
    let asking = false;
    for (let redirections = 0; ; redirections++) {
      const slot = this.#slotOf(address);
      const connection = slot.current ?? (await this.#open(slot));
      try {
        const asked = asking ? connection.redis.asking() : undefined;
        const [reply] = await Promise.all([perform(this.#options, connection, operation), asked]);
        // A node that was asked by name answers by telling who keeps the key.
        return operation.node === undefined ? reply : { ...reply, node: operation.node };
      } catch (error) {
        const redirection = isReply(error) ? redirectionOf(messageOf(error)) : undefined;
        const node = redirection && this.#names.get(redirection.address);
        if (redirection === undefined || node === undefined || redirections === REDIRECTIONS_MAX)
          throw this.#failed(slot, connection, error);
        if (!redirection.isOnce) this.#map = undefined;
        asking = redirection.isOnce;
        address = { node, readOnly: false };
      }
    }
  }

  close(): void {
    for (const slot of [...this.#direct.values(), ...this.#reading.values()]) slot.close();
  }

  async #route({ f, key = "", node }: Invocation): Promise<Address> {
    if (node !== undefined) return { node, readOnly: true };
    this.#map ??= await this.#askForMap();
    const keepers = this.#map.keepersOf(keySlot(key));
    const [primary, ...replicas] = keepers;
    if (primary === undefined) {
      this.#map = undefined;
      throw new OperationError("unavailable", `no node keeps the slot of ${key}`);
    }
    const { readFrom } = this.#options;
    if (f !== "read" || readFrom === "primary") return { node: primary, readOnly: false };
    const choice = readFrom === "any" || replicas.length === 0 ? keepers : replicas;
    return { node: this.#random.pick(choice), readOnly: true };
  }

  #slotOf({ node, readOnly }: Address): ConnectionSlot {
    const slot = (readOnly ? this.#reading : this.#direct).get(node);
    if (slot === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return slot;
  }

  async #open(slot: ConnectionSlot): Promise<OpenConnection> {
    try {
      return await slot.connect();
    } catch (error) {
      this.#map = undefined;
      throw error;
    }
  }

  /** @throws OperationError `no-leader`: nothing was sent */
  async #askForMap(): Promise<SlotMap> {
    const problems: string[] = [];
    for (const node of this.#random.shuffle(this.#nodes).slice(0, 2)) {
      const slot = this.#slotOf({ node, readOnly: false });
      const cancel = this.#runtime.after(this.#limit, () => slot.drop());
      try {
        const { redis } = slot.current ?? (await slot.connect());
        return parseSlots(await redis.call("CLUSTER", "SLOTS"), (address) => this.#names.get(address));
      } catch (error) {
        problems.push(`${node}: ${messageOf(error)}`);
        slot.drop();
      } finally {
        cancel();
      }
    }
    throw new OperationError("no-leader", `nobody told who keeps which slots: ${problems.join("; ")}`);
  }

  #failed(slot: ConnectionSlot, { node }: OpenConnection, error: unknown): OperationError {
    const known = error instanceof OperationError ? error : commandError(error, node);
    if (MISLED.has(known.code)) this.#map = undefined;
    if (BROKEN.has(known.code)) slot.drop();
    return known;
  }
}

const BROKEN: ReadonlySet<OperationErrorCode> = new Set(["connection-lost", "not-connected"]);
/** After these the map of slots may be out of date. */
const MISLED: ReadonlySet<OperationErrorCode> = new Set([
  ...BROKEN,
  "not-leader",
  "read-only",
  "unavailable",
  "loading",
]);
