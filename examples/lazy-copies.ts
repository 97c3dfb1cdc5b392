/**
 * A store of one's own under test: `riftcheck run ./examples/lazy-copies.ts --faults partition`.
 * The first node takes every write and copies it to the others a quarter of a second later; every node answers reads with what
 * it has. So reads go back in time, and the run shows it.
 */
import { z } from "zod";
import type { Json, NodeContext, StoreNode } from "riftcheck/store";
import {
  type Client,
  type ClientContext,
  type Connection,
  type Invocation,
  MILLISECOND,
  OperationError,
  type Reply,
  type Target,
} from "riftcheck/target";

const optionsSchema = z.object({
  copyAfter: z
    .int()
    .min(0)
    .default(250)
    .describe("milliseconds after which a write is copied to the other nodes"),
});
type Options = z.infer<typeof optionsSchema>;

type Request =
  | { readonly op: "read"; readonly key: string }
  | { readonly op: "write"; readonly key: string; readonly value: Json };

class CopyingNode implements StoreNode {
  readonly #context: NodeContext;
  readonly #options: Options;

  constructor(context: NodeContext, options: Options) {
    this.#context = context;
    this.#options = options;
  }

  onMessage(_from: string, message: Json): void {
    const { key, value } = message as { key: string; value: Json };
    this.#context.disk.set(key, value);
  }

  onRequest(json: Json, reply: (response: Json) => void): void {
    const { disk, peers } = this.#context;
    const request = json as Request;
    if (request.op === "read") {
      reply(disk.get(request.key) ?? null);
      return;
    }
    const { key, value } = request;
    disk.set(key, value);
    reply(null);
    this.#context.after(this.#options.copyAfter * MILLISECOND, () => {
      for (const peer of peers) this.#context.send(peer, { key, value });
    });
  }
}

/** One session: writes to the first node, reads from any. */
class CopyingClient implements Client {
  readonly #context: ClientContext<Options>;
  readonly #connections = new Map<string, Connection>();

  constructor(context: ClientContext<Options>) {
    this.#context = context;
  }

  async invoke({ f, key, value, node }: Invocation): Promise<Reply> {
    if (key === undefined || (f !== "read" && f !== "write"))
      throw new OperationError("rejected", `no operation ${f}`);
    const { nodes, random } = this.#context;
    const endpoint = nodes.find((one) => one.node === node) ?? (f === "read" ? random.pick(nodes) : nodes[0]);
    if (endpoint === undefined) throw new OperationError("unavailable", "there is no node");
    const connection =
      this.#connections.get(endpoint.node) ?? (await this.#context.runtime.connect(endpoint));
    this.#connections.set(endpoint.node, connection);
    const answer = await connection.request(f === "read" ? { op: "read", key } : { op: "write", key, value });
    return f === "read" ? { value: answer, node: endpoint.node } : { node: endpoint.node };
  }

  close(): void {
    for (const connection of this.#connections.values()) connection.close();
    this.#connections.clear();
  }
}

export const target: Target<Options> = {
  name: "lazy-copies",
  summary: "one node takes the writes and copies them to the others a little later",
  options: optionsSchema,
  environments: { sim: (options) => ({ createNode: (context) => new CopyingNode(context, options) }) },
  defaults: { nodes: 3, clients: 5, workload: "session" },
  workloads: ["session"],
  claims: () => [
    { model: "monotonic-reads", is: "breaks", reason: "each node answers with what has reached it" },
  ],
  createClient: (context) => new CopyingClient(context),
  notReady: () => Promise.resolve(undefined),
};
