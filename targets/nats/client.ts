import type { Client } from "#core/client";
import { HarnessError, OperationError, type OperationErrorCode } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Random } from "#core/random";
import type { Endpoint, Runtime } from "#core/runtime";
import type { ClientContext } from "#core/target";
import { SECOND, type Nanoseconds } from "#core/units";
import { CONNECT_SHARE, openConnection, type ServerConnection } from "./connection.ts";
import {
  compareAndSet,
  elementsDirectly,
  elementsFromLeader,
  elementsIn,
  publish,
  readDirectly,
  readFromLeader,
  valueIn,
} from "./keys.ts";
import type { NatsOptions } from "./options.ts";
import { type DequeueLimits, PulledQueue } from "./queues.ts";
import { QueueRest } from "./queue-rest.ts";
import { ReplicaView } from "./replica-view.ts";
import { subjectOfElement, subjectOfKey, subjectOfQueue } from "./streams.ts";

/** Shares of an operation's limit: a dequeue that is given up by the engine would be one that may have taken something out. */
const OPEN_SHARE = 0.2;
const HAND_OUT_SHARE = 0.3;
const ACKNOWLEDGE_SHARE = 0.1;
const DRAIN_SHARE = 0.8;
/** The engine gives final operations at least this. */
const FINAL_LIMIT: Nanoseconds = 5 * SECOND;
const LOOK_WITHIN: Nanoseconds = 4 * SECOND;

/** One session: a connection to some server, and to another after trouble; any server passes requests on to who can answer. */
export class NatsClient implements Client {
  readonly #options: NatsOptions;
  readonly #nodes: readonly Endpoint[];
  readonly #random: Random;
  readonly #runtime: Runtime;
  readonly #timeout: Nanoseconds;
  readonly #dequeueLimits: DequeueLimits;
  #connection: ServerConnection | undefined;
  #opening: Promise<ServerConnection> | undefined;
  readonly #rests = new Map<string, QueueRest>();
  /** Of the node that was asked by name last. */
  #view: ReplicaView | undefined;
  #closed = false;

  constructor({ options, nodes, random, runtime, timeout }: ClientContext<NatsOptions>) {
    this.#options = options;
    this.#nodes = nodes;
    this.#random = random;
    this.#runtime = runtime;
    this.#timeout = timeout;
    this.#dequeueLimits = {
      handOut: Math.round(timeout * HAND_OUT_SHARE),
      acknowledge: Math.round(timeout * ACKNOWLEDGE_SHARE),
    };
  }

  async invoke(operation: Invocation): Promise<Reply> {
    const began = this.#runtime.now();
    const connection = await this.#connected(operation.node);
    try {
      return { ...(await this.#perform(connection, operation, began)), node: connection.node };
    } catch (error) {
      const code: OperationErrorCode = error instanceof OperationError ? error.code : "unknown";
      if (LEAVE_AFTER.has(code)) this.#drop();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  async #perform(
    connection: ServerConnection,
    operation: Invocation,
    began: Nanoseconds,
  ): Promise<Omit<Reply, "node">> {
    const { f, key = "", value } = operation;
    switch (f) {
      case "write":
        return await publish(connection, subjectOfKey(key), JSON.stringify(value)), {};
      case "cas":
        return compareAndSet(connection, subjectOfKey(key), value);
      case "add":
        return await publish(connection, subjectOfElement(key, value), JSON.stringify(value)), {};
      case "read":
        return { value: await this.#read(connection, operation) };
      case "enqueue":
        return await publish(connection, subjectOfQueue(key), JSON.stringify(value)), {};
      case "dequeue":
        return { value: await this.#dequeue(new PulledQueue(connection, key, this.#runtime)) };
      case "drain":
        return { value: await this.#drain(connection, operation, began) };
      default:
        throw new OperationError("rejected", `the nats client has no operation ${f}`, {
          node: connection.node,
        });
    }
  }

  async #read(connection: ServerConnection, { key = "", object, node }: Invocation): Promise<Json> {
    const isSet = object === "set";
    const subject = subjectOfKey(key);
    if (node !== undefined) {
      const last = await (this.#view ??= new ReplicaView(connection, this.#runtime)).look(LOOK_WITHIN);
      return isSet ? elementsIn(last, key) : valueIn(last, subject, connection.node);
    }
    if (isSet)
      return this.#options.allowDirect
        ? elementsDirectly(connection, key)
        : elementsFromLeader(connection, key);
    return this.#options.allowDirect
      ? readDirectly(connection, subject)
      : readFromLeader(connection, subject);
  }

  /** Nobody listens to a consumer that was not made yet, which may show as silence: it is made then, for the next dequeue. */
  async #dequeue(queue: PulledQueue): Promise<Json> {
    try {
      return await queue.dequeue(this.#dequeueLimits);
    } catch (error) {
      if (error instanceof OperationError) await this.#openQueue(queue);
      throw error;
    }
  }

  /** Ends before the engine gives it up: then nobody would know what it has taken out. */
  #drain(connection: ServerConnection, { key = "", final }: Invocation, began: Nanoseconds): Promise<Json> {
    const rest = this.#rests.get(key) ?? new QueueRest(key, this.#runtime);
    this.#rests.set(key, rest);
    const limit = (final === true ? Math.max(this.#timeout, FINAL_LIMIT) : this.#timeout) * DRAIN_SHARE;
    return rest.drain(connection, Math.round(limit) - (this.#runtime.now() - began));
  }

  #openQueue(queue: PulledQueue): Promise<void> {
    return queue.open(this.#options, Math.round(this.#timeout * OPEN_SHARE));
  }

  #connected(node: string | undefined): Promise<ServerConnection> {
    const current = this.#connection;
    if (current?.isOpen === true && (node === undefined || node === current.node))
      return Promise.resolve(current);
    this.#opening ??= this.#open(node).finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(node: string | undefined): Promise<ServerConnection> {
    this.#drop();
    const endpoint =
      node === undefined ? this.#random.pick(this.#nodes) : this.#nodes.find((one) => one.node === node);
    if (endpoint === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    const opened = await openConnection(this.#runtime, endpoint, Math.round(this.#timeout * CONNECT_SHARE));
    if (this.#closed) opened.close();
    this.#connection = opened;
    return opened;
  }

  #drop(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#view = undefined;
  }
}

/** After these another server is worth a try. */
const LEAVE_AFTER: ReadonlySet<OperationErrorCode> = new Set([
  "connection-lost",
  "unavailable",
  "aborted",
  "timeout",
]);
