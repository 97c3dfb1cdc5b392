import { connect, createServer, type Server, type Socket } from "node:net";
import { z } from "zod";
import type { Client } from "#core/client";
import type { Cluster } from "#core/cluster";
import { OperationError } from "#core/errors";
import type { Invocation, Reply } from "#core/operation";
import type { Endpoint } from "#core/runtime";
import type { ClientContext, Target } from "#core/target";

/** What can be wrong with a client or a target, to see whether the contract finds it. */
export type Flaw =
  | "works after close"
  | "keeps its connection"
  | "hangs after close"
  | "tries again"
  | "says it did not happen"
  | "refusal is indefinite"
  | "throws what it likes"
  | "never connects again"
  | "another node answers"
  | "leader is a stranger"
  | "describes with a date"
  | "notReady rejects"
  | "claims give no reason"
  | "loses writes"
  | "takes back what it wrote";

/** One node in this process that keeps registers in memory and answers lines of JSON. */
export class LineStore implements Cluster {
  readonly environment = "process";
  readonly nodes = ["n1"];
  readonly #data = new Map<string, unknown>();
  readonly #sockets = new Set<Socket>();
  readonly #flaw: Flaw | undefined;
  #server: Server | undefined;
  #paused = false;
  #port = 0;
  #writes = 0;

  constructor(flaw: Flaw | undefined) {
    this.#flaw = flaw;
  }

  endpoint(node: string): Endpoint {
    return { node, host: "127.0.0.1", ports: { client: this.#port } };
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((socket) => this.#serve(socket));
    await new Promise<void>((resolve) => {
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#server = server;
    this.#port = (server.address() as { port: number }).port;
    this.#paused = false;
  }

  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  pause(): Promise<void> {
    this.#paused = true;
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.#paused = false;
    return Promise.resolve();
  }

  state(): Promise<"running" | "paused" | "stopped"> {
    return Promise.resolve(this.#server === undefined ? "stopped" : this.#paused ? "paused" : "running");
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let buffered = "";
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => socket.destroy());
    socket.setEncoding("utf8").on("data", (text: string) => {
      const lines = (buffered + text).split("\n");
      buffered = lines.pop() ?? "";
      if (!this.#paused) for (const line of lines) socket.write(`${JSON.stringify(this.#answer(line))}\n`);
    });
  }

  #answer(line: string): unknown {
    const { f, key, value } = JSON.parse(line) as Invocation & { key: string };
    if (f !== "write") return this.#data.get(key) ?? null;
    const isLost = this.#flaw === "loses writes";
    const isOld = this.#flaw === "takes back what it wrote" && ++this.#writes % 3 === 0;
    if (!isLost && !isOld) this.#data.set(key, value);
    return null;
  }

  incarnation = (): Promise<string> => Promise.resolve("1");
  block = (): Promise<void> => Promise.resolve();
  unblock = (): Promise<void> => Promise.resolve();
  dropped = (): Promise<number> => Promise.resolve(0);
  reachable = (): Promise<boolean> => Promise.resolve(true);
  describe = (): null => null;
  logs = (): Promise<Record<string, string>> => Promise.resolve({});
  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}

class LineClient implements Client {
  readonly #endpoint: Endpoint;
  readonly #flaw: Flaw | undefined;
  #socket: Socket | undefined;
  #closed = false;
  #refused = false;

  constructor({ nodes }: ClientContext<unknown>, flaw: Flaw | undefined) {
    this.#endpoint = nodes[0] as Endpoint;
    this.#flaw = flaw;
  }

  async invoke(operation: Invocation): Promise<Reply> {
    if (this.#closed && this.#flaw !== "works after close")
      throw new OperationError("not-connected", "the session was closed");
    const socket = this.#socket?.readyState === "open" ? this.#socket : await this.#connect();
    try {
      return await this.#request(socket, operation);
    } catch (error) {
      if (this.#flaw !== "tries again" || operation.f !== "write") throw error;
      return await this.#request(await this.#connect(), operation);
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#flaw !== "keeps its connection") this.#socket?.destroy();
  }

  #connect(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      if (this.#refused && this.#flaw === "never connects again")
        throw new OperationError("not-connected", "it was refused once");
      const socket = connect({ host: this.#endpoint.host, port: this.#endpoint.ports["client"] ?? 0 });
      this.#socket = socket.setMaxListeners(0);
      socket.once("connect", () => resolve(socket));
      socket.once("close", () => reject(new OperationError("connection-refused", "closed")));
      socket.once("error", (cause) => {
        this.#refused = true;
        if (this.#flaw === "throws what it likes") reject(cause);
        reject(
          new OperationError(
            this.#flaw === "refusal is indefinite" ? "unknown" : "connection-refused",
            cause.message,
          ),
        );
      });
    });
  }

  #request(socket: Socket, operation: Invocation): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const code = this.#flaw === "says it did not happen" ? "not-connected" : "connection-lost";
      socket.once("close", () => {
        if (this.#flaw !== "hangs after close" || !this.#closed) reject(new OperationError(code, "closed"));
      });
      socket.once("data", (bytes) => {
        const node = this.#flaw === "another node answers" ? "n2" : "n1";
        resolve(
          operation.f === "read" ? { value: JSON.parse(String(bytes)) as number | null, node } : { node },
        );
      });
      socket.write(`${JSON.stringify(operation)}\n`);
    });
  }
}

/** A target whose only node is a `LineStore`, with one flaw or none. */
export const lineTarget = (flaw: Flaw | undefined): Target => ({
  name: "lines",
  summary: "registers in memory",
  options: z.object({}),
  environments: {},
  defaults: { nodes: 1, clients: 2, workload: "session" },
  workloads: ["session"],
  claims: () => [
    { model: "linearizable", is: "holds" },
    ...(flaw === "claims give no reason"
      ? [{ model: "no-lost-writes", is: "may-break" } as const]
      : [{ model: "no-lost-writes", is: "may-break", reason: "it keeps all in memory" } as const]),
  ],
  createClient: (context) => new LineClient(context, flaw),
  notReady: async ({ cluster }) => {
    if ((await cluster.state("n1")) === "running") return undefined;
    if (flaw === "notReady rejects") throw new Error("n1 does not answer");
    return "n1 is down";
  },
  leader: () => Promise.resolve(flaw === "leader is a stranger" ? "n7" : "n1"),
  describe: () =>
    Promise.resolve(flaw === "describes with a date" ? ({ since: new Date(0) } as never) : { nodes: 1 }),
});
