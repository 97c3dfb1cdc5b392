import type { Msg } from "@nats-io/transport-node";
import { messageOf, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { isMissing, type ServerConnection, statusOf } from "./connection.ts";
import { NAME_IN_USE, refusal } from "./errors.ts";
import type { NatsOptions } from "./options.ts";
import { deletePassedOver, messagesLeft, readPassedOver } from "./passed-over.ts";
import { consumerConfig, QUEUES } from "./streams.ts";

/** Answers a pull at once, if only to say that there is nothing. */
const ONE_NOW = JSON.stringify({ batch: 1, no_wait: true });
/** What a drain asks for at once. */
const BATCH = 256;
const SOME_NOW = JSON.stringify({ batch: BATCH, no_wait: true });
const ANSWER_POLL: Nanoseconds = 5 * MILLISECOND;
const EMPTY_POLL: Nanoseconds = 100 * MILLISECOND;

const LATE = Symbol("late");

export interface DequeueLimits {
  /** How long to wait for an element. */
  readonly handOut: Nanoseconds;
  /** How long to wait until the server has heard that it was taken. */
  readonly acknowledge: Nanoseconds;
}

export interface DrainLimits {
  readonly within: Nanoseconds;
  /** After this long without anything to hand out, what the stream holds is with nobody any more. */
  readonly handedOutAgain: Nanoseconds;
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

  /**
   * Takes out everything: until the stream holds nothing of the queue. What came is acknowledged at once, so that several can drain
   * a queue together. What is with others is handed out again in time; what is not handed out then is read from the stream.
   * @throws OperationError `aborted`: nothing was taken out; `unknown`: something was, or may have been
   */
  async drain({ within, handedOutAgain }: DrainLimits): Promise<Json> {
    const deadline = this.#runtime.now() + within;
    const taken: Json[] = [];
    // What is handed out is taken when that is said; a deletion that gets no answer may have been one.
    let isUncertain = false;
    let silentSince = this.#runtime.now();
    try {
      for (;;) {
        const some = await this.#pullSome(deadline);
        taken.push(...some.map((message) => message.json<Json>()));
        await this.#before(deadline, Promise.all(some.map(async (message) => this.#confirm(message))));
        if (some.length > 0) silentSince = this.#runtime.now();
        else if ((await this.#before(deadline, messagesLeft(this.#connection, this.#queue))) === 0)
          return taken;
        else if (this.#runtime.now() - silentSince > handedOutAgain) {
          const rest = await this.#before(deadline, readPassedOver(this.#connection, this.#queue));
          isUncertain = true;
          if (await this.#before(deadline, deletePassedOver(this.#connection, this.#queue, rest)))
            taken.push(...rest.values);
          isUncertain = false;
        } else await this.#runtime.sleep(EMPTY_POLL);
        if (this.#runtime.now() >= deadline) throw new Error("others hold messages of it");
      }
    } catch (cause) {
      throw new OperationError(
        taken.length === 0 && !isUncertain ? "aborted" : "unknown",
        `${taken.length} elements taken out, but not all: ${messageOf(cause)}`,
        { cause, node: this.#connection.node },
      );
    }
  }

  /** @throws Error if it takes longer; then it goes on, and nobody looks at what becomes of it */
  async #before<T>(deadline: Nanoseconds, work: Promise<T>): Promise<T> {
    const end = new AbortController();
    const late = this.#runtime
      .sleep(Math.max(0, deadline - this.#runtime.now()), end.signal)
      .then((): typeof LATE => LATE);
    try {
      const first = await Promise.race([work, late]);
      if (first !== LATE) return first;
      work.catch(() => undefined);
      throw new Error("no answer in time");
    } finally {
      end.abort();
    }
  }

  /** Some of what there is; nothing if there is nothing, or nothing now. */
  async #pullSome(deadline: Nanoseconds): Promise<Msg[]> {
    const messages: Msg[] = [];
    let isComplete = false;
    const subscription = this.#connection.subscribe((message) => {
      if (statusOf(message) === 0) messages.push(message);
      if (statusOf(message) !== 0 || messages.length === BATCH) isComplete = true;
    });
    this.#connection.send(this.#pullSubject, SOME_NOW, subscription.subject);
    while (!isComplete && this.#runtime.now() < deadline) await this.#runtime.sleep(ANSWER_POLL);
    subscription.end();
    return messages;
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
