import { messageOf, OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Runtime } from "#core/runtime";
import type { Nanoseconds } from "#core/units";
import type { ApiReply, ServerConnection } from "./connection.ts";
import { NOT_FOUND, refusal } from "./errors.ts";
import { QUEUES, subjectOfQueue } from "./streams.ts";

/** Messages asked for at once. */
const AT_ONCE = 64;
/** Of a drain's time: what is left for the deletion, and for the look whether more came. */
const DELETION_SHARE = 0.3;

const LATE = Symbol("late");

/**
 * Drains one queue, from its stream and not by its consumer: what nobody acknowledged is there, whoever it was handed to. (A
 * consumer that outlives messages that its stream lost hands out none of the new ones at their sequences.) Nothing is changed
 * before all was read, and then at once; what was read is kept for the next attempt, since that changes nothing.
 */
export class QueueRest {
  readonly #queue: string;
  readonly #runtime: Runtime;
  /** By sequence; null: it is another queue's, or is there no more. */
  readonly #read = new Map<number, { readonly value: Json } | null>();

  constructor(queue: string, runtime: Runtime) {
    this.#queue = queue;
    this.#runtime = runtime;
  }

  /**
   * Takes out everything: until the stream holds nothing of the queue.
   * @throws OperationError `aborted`: nothing was taken out; `unknown`: something was, or may have been
   */
  async drain(connection: ServerConnection, within: Nanoseconds): Promise<Json> {
    const deadline = this.#runtime.now() + within;
    const lastDeletion = deadline - Math.round(within * DELETION_SHARE);
    const taken: Json[] = [];
    let isUncertain = false;
    try {
      for (;;) {
        const { first_seq, last_seq, subjects = {} } = await this.#before(deadline, this.#state(connection));
        if ((subjects[subjectOfQueue(this.#queue)] ?? 0) === 0) return taken;
        const values = await this.#values(connection, first_seq, last_seq, lastDeletion);
        isUncertain = true;
        if (await this.#before(deadline, this.#delete(connection, last_seq))) taken.push(...values);
        isUncertain = false;
        this.#read.clear();
      }
    } catch (cause) {
      throw new OperationError(
        taken.length === 0 && !isUncertain ? "aborted" : "unknown",
        `${taken.length} elements taken out, but not all: ${messageOf(cause)}`,
        { cause, node: connection.node },
      );
    }
  }

  /** What the stream holds of the queue at these sequences. @throws Error if it is not read in time */
  async #values(
    connection: ServerConnection,
    first: number,
    last: number,
    deadline: Nanoseconds,
  ): Promise<Json[]> {
    const values: Json[] = [];
    for (let from = first; from <= last; from += AT_ONCE) {
      const sequences = Array.from({ length: Math.min(AT_ONCE, last - from + 1) }, (_, i) => from + i);
      const reading = Promise.all(sequences.map(async (sequence) => this.#message(connection, sequence)));
      const messages = await this.#before(deadline, reading);
      values.push(...messages.flatMap((message) => (message === null ? [] : [message.value])));
    }
    return values;
  }

  async #message(connection: ServerConnection, seq: number): Promise<{ readonly value: Json } | null> {
    const known = this.#read.get(seq);
    if (known !== undefined) return known;
    const reply = await connection.ask(`$JS.API.STREAM.MSG.GET.${QUEUES}`, { seq });
    if (reply.error !== undefined && reply.error.code !== NOT_FOUND)
      throw refusal(reply.error, connection.node);
    const { subject = "", data = "" } = (reply["message"] ?? {}) as { subject?: string; data?: string };
    const isOurs = subject === subjectOfQueue(this.#queue);
    const message = isOurs ? { value: JSON.parse(Buffer.from(data, "base64").toString()) as Json } : null;
    this.#read.set(seq, message);
    return message;
  }

  /** @returns whether anything was deleted: else somebody else took it out meanwhile @throws OperationError */
  async #delete(connection: ServerConnection, upTo: number): Promise<boolean> {
    const filter = { filter: subjectOfQueue(this.#queue), seq: upTo + 1 };
    const reply = await connection.ask(`$JS.API.STREAM.PURGE.${QUEUES}`, filter);
    if (reply.error !== undefined) throw refusal(reply.error, connection.node);
    return reply["purged"] !== 0;
  }

  async #state(connection: ServerConnection): Promise<StreamState> {
    const body = { subjects_filter: subjectOfQueue(this.#queue) };
    const reply: ApiReply = await connection.ask(`$JS.API.STREAM.INFO.${QUEUES}`, body);
    if (reply.error !== undefined) throw refusal(reply.error, connection.node);
    return reply["state"] as StreamState;
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
}

interface StreamState {
  readonly first_seq: number;
  readonly last_seq: number;
  /** Messages by subject, of those asked for; absent: none. */
  readonly subjects?: Readonly<Record<string, number>>;
}
