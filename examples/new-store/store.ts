/**
 * A replicated register for each key, kept by majorities (Attiya, Bar-Noy, Dolev 1995): no leader, any node takes reads and writes.
 * A write asks most nodes for the newest timestamp they have and stores its value under a newer one with most nodes. A read asks
 * most nodes for the newest value and, before it answers, stores that with most nodes too, so that no later read finds less.
 */
import { z } from "zod";
import { type Json, MILLISECOND, type NodeContext, type StoreNode } from "riftcheck/store";
import {
  type Client,
  type ClientContext,
  type ClusterContext,
  type Connection,
  type Endpoint,
  type Invocation,
  OperationError,
  type Reply,
  type Target,
} from "riftcheck/target";

/** Every option with a description is a flag: `riftcheck run ./store.ts --resend-every 20`. */
const optionsSchema = z.object({
  resendEvery: z
    .int()
    .min(1)
    .default(50)
    .describe("milliseconds after which nodes that did not answer are asked again"),
  // `hunt` leaves this one at its default unless it is given: it is a bug, not a choice.
  readLocally: z
    .boolean()
    .default(false)
    .describe("answers reads with the node's own copy, asking nobody")
    .meta({ hunt: false }),
});
type Options = z.infer<typeof optionsSchema>;

// ─── What travels ────────────────────────────────────────────────────────────────────────────────────────────────

/** What clients ask, and what they are told. */
type Request =
  | { readonly op: "ping" }
  | { readonly op: "read"; readonly key: string }
  | { readonly op: "write"; readonly key: string; readonly value: Json };
type Response = { readonly value: Json };

/** A value with its timestamp: a counter, and the node that counted. */
type Copy = { readonly counter: number; readonly node: string; readonly value: Json };

/** What nodes tell each other. `round` says which question an answer belongs to. */
type Message =
  | { readonly kind: "get"; readonly round: string; readonly key: string }
  | { readonly kind: "put"; readonly round: string; readonly key: string; readonly copy: Copy }
  | { readonly kind: "answer"; readonly round: string; readonly copy: Copy };

const NOTHING: Copy = { counter: 0, node: "", value: null };

const newer = (a: Copy, b: Copy): Copy =>
  a.counter > b.counter || (a.counter === b.counter && a.node > b.node) ? a : b;

// ─── A node ──────────────────────────────────────────────────────────────────────────────────────────────────────

class RegisterNode implements StoreNode {
  readonly #context: NodeContext;
  readonly #options: Options;
  /** Questions under way, by round: who hears the answers. */
  readonly #rounds = new Map<string, (from: string, copy: Copy) => void>();
  /** Names the rounds of this process: an answer to a question asked before a crash must fit none asked after it. */
  readonly #start: string;
  #roundCount = 0;

  /** Called at first start and after every crash: memory is empty then, the disk is not. */
  constructor(context: NodeContext, options: Options) {
    this.#context = context;
    this.#options = options;
    this.#start = String(context.random.uint32());
  }

  onRequest(json: Json, reply: (response: Json) => void): void {
    const request = json as Request;
    const answer = (value: Json): void => reply({ value } satisfies Response);
    if (request.op === "ping") answer(null);
    else if (request.op === "read") this.#read(request.key, answer);
    else this.#write(request.key, request.value, () => answer(null));
  }

  onMessage(from: string, json: Json): void {
    const message = json as Message;
    if (message.kind === "answer") {
      this.#rounds.get(message.round)?.(from, message.copy);
      return;
    }
    if (message.kind === "put") this.#store(message.key, message.copy);
    const copy = this.#stored(message.key);
    this.#tell(from, { kind: "answer", round: message.round, copy });
  }

  #read(key: string, done: (value: Json) => void): void {
    if (this.#options.readLocally) done(this.#stored(key).value);
    else this.#askMost({ kind: "get", key }, (found) => this.#putMost(key, found, () => done(found.value)));
  }

  #write(key: string, value: Json, done: () => void): void {
    this.#askMost({ kind: "get", key }, (found) => {
      // Between the question and now this node may have given a timestamp to another write.
      const { counter } = newer(found, this.#stored(key));
      this.#putMost(key, { counter: counter + 1, node: this.#context.node, value }, done);
    });
  }

  /** Stores a copy here, then elsewhere, until most nodes have it. */
  #putMost(key: string, copy: Copy, done: () => void): void {
    this.#store(key, copy);
    this.#askMost({ kind: "put", key, copy }, done);
  }

  /**
   * Asks all nodes until most have answered, itself among them: messages get lost, so it asks again. Gives up never: the client
   * does, and nobody knows then whether the operation happened. `done` is told the newest copy.
   */
  #askMost(
    question:
      | { readonly kind: "get"; readonly key: string }
      | { readonly kind: "put"; readonly key: string; readonly copy: Copy },
    done: (newest: Copy) => void,
  ): void {
    const { node, peers, disk } = this.#context;
    const round = `${this.#start}-${++this.#roundCount}`;
    const answers = new Map<string, Copy>();
    let stopAsking = (): void => undefined;
    const hear = (from: string, copy: Copy): void => {
      answers.set(from, copy);
      if (answers.size <= (peers.length + 1) / 2) return;
      stopAsking();
      this.#rounds.delete(round);
      done([...answers.values()].reduce(newer));
    };
    const ask = (): void => {
      for (const peer of peers) if (!answers.has(peer)) this.#tell(peer, { ...question, round });
      stopAsking = this.#context.after(this.#options.resendEvery * MILLISECOND, ask);
    };
    this.#rounds.set(round, hear);
    ask();
    // Its own answer counts once it is synced, as everybody else's does; it may be the last that was missing.
    disk.sync(() => this.#rounds.get(round)?.(node, this.#stored(question.key)));
  }

  #stored(key: string): Copy {
    return (this.#context.disk.get(key) as Copy | undefined) ?? NOTHING;
  }

  #store(key: string, copy: Copy): void {
    if (newer(copy, this.#stored(key)) === copy) this.#context.disk.set(key, copy);
  }

  /** Whatever others learn from this node must outlive a loss of power here: first the disk, then the message. */
  #tell(peer: string, message: Message): void {
    this.#context.disk.sync(() => this.#context.send(peer, message));
  }
}

// ─── A client ────────────────────────────────────────────────────────────────────────────────────────────────────

/** One session: it works with one node until that fails, then with another. One operation is one request, never repeated. */
class RegisterClient implements Client {
  readonly #context: ClientContext<Options>;
  readonly #connections = new Map<string, Connection>();
  #home: Endpoint;
  #closed = false;

  constructor(context: ClientContext<Options>) {
    this.#context = context;
    this.#home = context.random.pick(context.nodes);
  }

  async invoke({ f, key, value, node }: Invocation): Promise<Reply> {
    if (key === undefined || (f !== "read" && f !== "write"))
      throw new OperationError("rejected", `a register has no ${f}`);
    const endpoint = this.#context.nodes.find((one) => one.node === node) ?? this.#home;
    try {
      const connection = await this.#connect(endpoint);
      const request: Request = f === "read" ? { op: "read", key } : { op: "write", key, value };
      const response = (await connection.request(request)) as Response;
      return { node: endpoint.node, ...(f === "read" ? { value: response.value } : {}) };
    } catch (error) {
      // What was thrown says whether the operation may have happened.
      this.#connections.get(endpoint.node)?.close();
      this.#connections.delete(endpoint.node);
      this.#home = this.#context.random.pick(this.#context.nodes);
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) connection.close();
  }

  async #connect(endpoint: Endpoint): Promise<Connection> {
    const open = this.#connections.get(endpoint.node);
    if (open !== undefined) return open;
    const connection = await this.#context.runtime.connect(endpoint);
    if (this.#closed) {
      connection.close();
      throw new OperationError("not-connected", "the session was closed before anything was sent");
    }
    this.#connections.set(endpoint.node, connection);
    return connection;
  }
}

/** What is still missing until the cluster can be used. */
async function notReady({ runtime, cluster }: ClusterContext<Options>): Promise<string | undefined> {
  for (const node of cluster.nodes) {
    try {
      const connection = await runtime.connect(cluster.endpoint(node));
      await connection.request({ op: "ping" } satisfies Request);
      connection.close();
    } catch {
      return `${node} does not answer yet`;
    }
  }
  return undefined;
}

// ─── The target: how riftcheck starts it, reaches it, and what it promises ───────────────────────────────────────────

export const target: Target<Options> = {
  name: "store",
  summary: "a register per key, kept by majorities",
  options: optionsSchema,
  environments: { sim: (options) => ({ createNode: (context) => new RegisterNode(context, options) }) },
  defaults: { nodes: 3, clients: 5, workload: "session" },
  workloads: ["session"],
  // What follows from `linearizable` need not be claimed as well; losing writes and converging follow from nothing.
  claims: () => [
    { model: "linearizable", is: "holds" },
    { model: "no-lost-writes", is: "holds" },
    { model: "convergence", is: "holds" },
  ],
  createClient: (context) => new RegisterClient(context),
  notReady,
};
