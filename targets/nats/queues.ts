import type { Msg } from "@nats-io/transport-node";
import { messageOf, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Runtime } from "#core/runtime";
import type { Nanoseconds } from "#core/units";
import { isMissing, type ServerConnection, statusOf } from "./connection.ts";
import { NAME_IN_USE, refusal } from "./errors.ts";
import type { NatsOptions } from "./options.ts";
import { consumerConfig, QUEUES } from "./streams.ts";

/** Answers a pull at once, if only to say that there is nothing. */
const ONE_NOW = JSON.stringify({ batch: 1, no_wait: true });

const LATE = Symbol("late");

export interface DequeueLimits {
  /** How long to wait for an element. */
  readonly handOut: Nanoseconds;
  /** How long to wait until the server has heard that it was taken. */
  readonly acknowledge: Nanoseconds;
}

/** One queue on one connection. */
export class PulledQueue {
  readonly #connection: ServerConnection;
  readonly #queue: string;
  readonly #runtime: Runtime;

  constructor(connection: ServerConnection, queue: string, runtime: Runtime) {
    this.#connection = connection;
    this.#queue = queue;
    this.#runtime = runtime;
  }

  /** Makes the consumer if it is not there. @throws OperationError `unavailable`: nothing was taken out */
  async open(options: NatsOptions, within: Nanoseconds): Promise<void> {
    const { node } = this.#connection;
    const subject = `$JS.API.CONSUMER.DURABLE.CREATE.${QUEUES}.${this.#queue}`;
    try {
      const making = this.#connection.ask(subject, consumerConfig(this.#queue, options));
      const late = this.#runtime.sleep(within).then((): typeof LATE => LATE);
      const made = await Promise.race([making, late]);
      if (made === LATE) throw new Error("not there in time");
      if (made.error !== undefined && made.error.err_code !== NAME_IN_USE) throw refusal(made.error, node);
    } catch (cause) {
      throw new OperationError("unavailable", `the queue's consumer: ${messageOf(cause)}`, { cause, node });
    }
  }

  /**
   * Takes one element out, which is to acknowledge it: once that was sent the element is the client's, and if the server does not
   * hear it, it is handed out again. What comes too late is not acknowledged.
   * @throws OperationError `aborted`: nothing was taken out
   */
  async dequeue({ handOut, acknowledge }: DequeueLimits): Promise<Json> {
    const late = this.#runtime.sleep(handOut).then((): typeof LATE => LATE);
    const message = await Promise.race([this.#pull(), late]).catch((error: unknown) => {
      throw this.#nothingTaken(error);
    });
    if (message === LATE)
      throw this.#nothingTaken("nothing was handed out in time, and what comes is given back");
    if (message === undefined) return null;
    await Promise.race([this.#acknowledge(message), this.#runtime.sleep(acknowledge)]);
    return message.json<Json>();
  }

  /** Without an acknowledgement nothing leaves the queue, whatever the server has sent. */
  #nothingTaken(error: unknown): OperationError {
    if (error instanceof OperationError && error.code === "unavailable") return error;
    return new OperationError("aborted", messageOf(error), { cause: error, node: this.#connection.node });
  }

  /** @returns undefined if there was nothing to hand out */
  async #pull(): Promise<Msg | undefined> {
    const message = await this.#connection.pull(this.#pullSubject, ONE_NOW);
    if (isMissing(message)) return undefined;
    if (statusOf(message) === 0) return message;
    throw new OperationError(
      "unavailable",
      `${statusOf(message)} ${message.headers?.description ?? ""}`.trim(),
      {
        node: this.#connection.node,
      },
    );
  }

  get #pullSubject(): string {
    return `$JS.API.CONSUMER.MSG.NEXT.${QUEUES}.${this.#queue}`;
  }

  async #confirm({ reply }: Msg): Promise<void> {
    await this.#connection.request(reply ?? "", "+ACK");
  }

  /** Never rejects: without it the message is handed out again. */
  async #acknowledge(message: Msg): Promise<void> {
    try {
      await this.#confirm(message);
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
    }
  }
}
