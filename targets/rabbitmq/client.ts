import type { ConfirmChannel, GetMessage } from "amqplib";
import type { Client } from "#core/client";
import { HarnessError, messageOf, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { Random } from "#core/random";
import type { Endpoint, Runtime } from "#core/runtime";
import type { ClientContext } from "#core/target";
import { SECOND, type Nanoseconds } from "#core/units";
import { type OpenChannel, openChannel } from "./connection.ts";
import { channelError, preparationError } from "./errors.ts";
import type { RabbitOptions } from "./options.ts";

/** Shares of an operation's limit: a dequeue that the engine gives up would be one that may have taken something out. */
const CONNECT_SHARE = 0.3;
const DECLARE_SHARE = 0.2;
const HAND_OUT_SHARE = 0.4;
const HEARD_WITHIN: Nanoseconds = SECOND / 2;
/** How long an attempt to connect may go on over several operations. */
const CONNECT_WITHIN: Nanoseconds = 10 * SECOND;
/** The engine gives a drain at least five seconds. */
const DRAIN_WITHIN: Nanoseconds = 4 * SECOND;

/** One session: a connection to some broker, and to another after trouble; any broker passes requests on to the queue's leader. */
export class RabbitClient implements Client {
  readonly #options: RabbitOptions;
  readonly #nodes: readonly Endpoint[];
  readonly #random: Random;
  readonly #runtime: Runtime;
  readonly #timeout: Nanoseconds;
  readonly #declared = new Set<string>();
  /** What a drain has been handed and has not acknowledged: goes back to the queue when the channel is dropped. */
  readonly #held: GetMessage[] = [];
  #open: OpenChannel | undefined;
  #opening: Opening | undefined;
  #closed = false;

  constructor({ options, nodes, random, runtime, timeout }: ClientContext<RabbitOptions>) {
    this.#options = options;
    this.#nodes = nodes;
    this.#random = random;
    this.#runtime = runtime;
    this.#timeout = timeout;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    if (this.#closed) throw new OperationError("not-connected", "the session was closed");
    const { node, channel } = await this.#connected(operation.node);
    try {
      await this.#declare(operation.key ?? "");
      const value = await this.#perform({ node, channel }, operation);
      return value === undefined ? { node } : { value, node };
    } catch (error) {
      const known = channelError(error, node);
      if (known.code !== "loading") this.#drop();
      throw known;
    }
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #perform(
    { node, channel }: Pick<OpenChannel, "node" | "channel">,
    operation: Invocation,
  ): Promise<Json | undefined> {
    const { f, key = "", value } = operation;
    switch (f) {
      case "enqueue":
        return this.#enqueue({ node, channel }, key, value);
      case "dequeue":
        return this.#dequeue({ node, channel }, key);
      case "drain":
        return this.#drain({ node, channel }, key);
      default:
        throw new OperationError("rejected", `the rabbitmq client has no operation ${f}`, { node });
    }
  }

  /** Acknowledged by a publisher confirm. A message that the broker can route nowhere is returned before it is confirmed. */
  #enqueue(
    { node, channel }: Pick<OpenChannel, "node" | "channel">,
    queue: string,
    value: Json,
  ): Promise<undefined> {
    return new Promise((resolve, reject) => {
      let isReturned = false;
      const returned = (): void => {
        isReturned = true;
      };
      channel.once("return", returned);
      channel.sendToQueue(
        queue,
        Buffer.from(JSON.stringify(value)),
        { persistent: true, mandatory: true },
        (error) => {
          channel.off("return", returned);
          if (isReturned)
            reject(new OperationError("unavailable", `no queue ${queue} could take it`, { node }));
          else if (error === null) resolve(undefined);
          else
            reject(
              new OperationError("no-quorum", `not confirmed: ${messageOf(error)}`, { cause: error, node }),
            );
        },
      );
    });
  }

  /**
   * Takes one element out, which is to acknowledge it: once that was sent the element is the client's, and if the broker does not
   * hear it, it is handed out again. What comes too late is not acknowledged.
   */
  async #dequeue({ node, channel }: Pick<OpenChannel, "node" | "channel">, queue: string): Promise<Json> {
    const message = await this.#within(HAND_OUT_SHARE * this.#timeout, channel.get(queue)).catch(
      (cause: unknown) => {
        throw new OperationError("aborted", `nothing was taken out: ${messageOf(cause)}`, { cause, node });
      },
    );
    if (message === false) return null;
    channel.ack(message);
    return parse(message);
  }

  /**
   * Takes out everything. Nothing is acknowledged before the queue was found empty; if that takes too long, what was handed out is
   * kept for the next attempt on the same channel, and goes back to the queue if the channel is dropped.
   * @throws OperationError definite: nothing was taken out
   */
  async #drain({ node, channel }: Pick<OpenChannel, "node" | "channel">, queue: string): Promise<Json> {
    const deadline = this.#runtime.now() + DRAIN_WITHIN;
    for (;;) {
      const left = deadline - this.#runtime.now();
      if (left <= 0)
        throw new OperationError("loading", `still emptying it: ${this.#held.length} so far`, { node });
      const message = await this.#within(left, channel.get(queue)).catch((cause: unknown) => {
        throw new OperationError("aborted", `nothing was taken out: ${messageOf(cause)}`, { cause, node });
      });
      if (message === false) break;
      this.#held.push(message);
    }
    const last = this.#held.at(-1);
    const taken = this.#held.splice(0).map(parse);
    if (last !== undefined) {
      channel.ack(last, true);
      await this.#untilHeard(channel, queue);
    }
    return taken;
  }

  /** A broker does what a channel asks in order: once it answers, it has the acknowledgements. Without them all comes out again. */
  async #untilHeard(channel: ConfirmChannel, queue: string): Promise<void> {
    try {
      await this.#within(HEARD_WITHIN, channel.checkQueue(queue));
    } catch {
      // What was taken is the client's all the same.
      this.#drop();
    }
  }

  /** Every session declares the queue before it uses it, as applications do: that makes it, or finds it. */
  async #declare(queue: string): Promise<void> {
    const open = this.#open;
    if (open === undefined || this.#declared.has(queue)) return;
    const { queueType } = this.#options;
    const declaring = open.channel.assertQueue(queue, {
      durable: true,
      arguments: queueType === "quorum" ? { "x-queue-type": "quorum" } : {},
    });
    await this.#within(DECLARE_SHARE * this.#timeout, declaring).catch((cause: unknown) => {
      throw preparationError(`declaring ${queue}`, cause, open.node);
    });
    this.#declared.add(queue);
  }

  async #within<T>(limit: Nanoseconds, waited: Promise<T>): Promise<T> {
    let cancel = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = this.#runtime.after(Math.round(limit), () => reject(new Error("no answer in time")));
    });
    try {
      return await Promise.race([waited, late]);
    } finally {
      cancel();
    }
  }

  /**
   * The connection, if there is one in time. A broker under load takes seconds to open one: the attempt goes on for the operations
   * to come. @throws OperationError `connection-refused`: nothing was sent
   */
  async #connected(node: string | undefined): Promise<OpenChannel> {
    const current = this.#open;
    if (current?.isOpen() === true && (node === undefined || node === current.node)) return current;
    if (current !== undefined) this.#drop();
    const opening = (this.#opening ??= this.#connect(node));
    const { name } = opening;
    try {
      const connected = await this.#within(CONNECT_SHARE * this.#timeout, opening.promise);
      if (this.#opening === opening) this.#opening = undefined;
      this.#open = connected;
      return connected;
    } catch (cause) {
      if (cause instanceof OperationError) {
        if (this.#opening === opening) this.#opening = undefined;
        throw cause;
      }
      throw new OperationError("connection-refused", `still connecting: ${messageOf(cause)}`, {
        cause,
        node: name,
      });
    }
  }

  #connect(node: string | undefined): Opening {
    const endpoint =
      node === undefined ? this.#random.pick(this.#nodes) : this.#nodes.find((one) => one.node === node);
    if (endpoint === undefined) throw new HarnessError("internal", `there is no node ${node}`);
    return { name: endpoint.node, promise: openChannel(this.#runtime, endpoint, CONNECT_WITHIN) };
  }

  #drop(): void {
    this.#open?.close();
    this.#opening?.promise.then(({ close }) => close()).catch(() => undefined);
    this.#open = undefined;
    this.#opening = undefined;
    this.#declared.clear();
    this.#held.length = 0;
  }
}

/** A connection under way to the node of this name. */
interface Opening {
  readonly name: string;
  readonly promise: Promise<OpenChannel>;
}

const parse = ({ content }: GetMessage): Json => JSON.parse(content.toString()) as Json;
