import type { Msg } from "@nats-io/transport-node";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import type { ServerConnection } from "./connection.ts";
import { refusal } from "./errors.ts";
import { BUCKET } from "./streams.ts";

/** A consumer is put on any server that has a replica: so many are made until one is where it should be. */
const PLACEMENTS_MAX = 40;
const POLL: Nanoseconds = 10 * MILLISECOND;

/**
 * The bucket as one replica has it. Direct gets are answered by any replica; but a consumer without copies reads the store of
 * the server it runs on, and tells where that is. It is what lists the keys of a bucket for applications, too.
 */
export class ReplicaView {
  readonly #connection: ServerConnection;
  readonly #runtime: Runtime;
  readonly #last = new Map<string, string>();
  #consumer: string | undefined;
  #received = 0;

  /** @param connection to the server whose replica is looked at */
  constructor(connection: ServerConnection, runtime: Runtime) {
    this.#connection = connection;
    this.#runtime = runtime;
  }

  /** The last message of each subject, as it is now. @throws OperationError if the server cannot be looked at in time */
  async look(within: Nanoseconds): Promise<ReadonlyMap<string, string>> {
    const deadline = this.#runtime.now() + within;
    this.#consumer ??= await this.#place(deadline);
    for (;;) {
      const info = await this.#ask<ConsumerInfo>(`$JS.API.CONSUMER.INFO.${BUCKET}.${this.#consumer}`, "");
      if (info.num_pending === 0 && this.#received >= info.delivered.consumer_seq) return this.#last;
      this.#expect(deadline, `${info.num_pending} messages are still to come`);
      await this.#runtime.sleep(POLL);
    }
  }

  /** @returns the consumer's name */
  async #place(deadline: Nanoseconds): Promise<string> {
    const { node } = this.#connection;
    for (let attempt = 0; attempt < PLACEMENTS_MAX; attempt++) {
      this.#received = 0;
      this.#last.clear();
      const subscription = this.#connection.subscribe((message) => this.#note(message));
      const made = await this.#ask<ConsumerInfo>(`$JS.API.CONSUMER.CREATE.${BUCKET}`, {
        stream_name: BUCKET,
        config: { ...VIEWING, deliver_subject: subscription.subject },
      });
      if (made.cluster?.leader === undefined || made.cluster.leader === node) return made.name;
      subscription.end();
      await this.#ask(`$JS.API.CONSUMER.DELETE.${BUCKET}.${made.name}`, "");
      this.#expect(deadline, "its consumers were put on other servers");
    }
    throw new OperationError("unavailable", `no consumer was put on ${node}`, { node });
  }

  #note(message: Msg): void {
    this.#received++;
    this.#last.set(message.subject, message.string());
  }

  async #ask<T>(subject: string, body: Json): Promise<T> {
    const reply = await this.#connection.ask(subject, body);
    if (reply.error !== undefined) throw refusal(reply.error, this.#connection.node);
    return reply as T;
  }

  #expect(deadline: Nanoseconds, why: string): void {
    if (this.#runtime.now() >= deadline)
      throw new OperationError("timeout", `the replica was not seen in time: ${why}`, {
        node: this.#connection.node,
      });
  }
}

const VIEWING = {
  deliver_policy: "all",
  ack_policy: "none",
  replay_policy: "instant",
  num_replicas: 1,
  mem_storage: true,
};

interface ConsumerInfo {
  readonly name: string;
  readonly num_pending: number;
  readonly delivered: { readonly consumer_seq: number };
  /** Absent where there is one server. */
  readonly cluster?: { readonly leader?: string };
}
