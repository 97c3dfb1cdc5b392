import type { Agent, ClientRequest } from "node:http";
import { messageOf } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import type { Nanoseconds } from "#core/units";
import { RefusalError, TransportError } from "./errors.ts";
import { CLIENT_PORT } from "./plan.ts";

const CLOSED = "the session was closed";

/** An object of JSON as etcd's gateway sends it: what is zero, false or empty is left out, 64-bit integers are texts. */
export type Message = { readonly [field: string]: unknown };

/**
 * Etcd's JSON gateway on one node, over one connection that is kept. Built on `node:http` because it sends nothing twice and
 * tells whether a request has left.
 */
export class Gateway {
  readonly #endpoint: Endpoint;
  readonly #runtime: Runtime;
  readonly #connectLimit: Nanoseconds;
  #agent: Agent | undefined;
  #closed = false;
  readonly #underWay = new Set<ClientRequest>();

  constructor(endpoint: Endpoint, runtime: Runtime, connectLimit: Nanoseconds) {
    this.#endpoint = endpoint;
    this.#runtime = runtime;
    this.#connectLimit = connectLimit;
  }

  /** One request. @throws TransportError, RefusalError */
  async post(path: string, body: Message): Promise<Message> {
    const { status, text } = await this.#send("POST", path, JSON.stringify(body));
    const answer = parse(text);
    if (status === 200 && answer !== undefined) return answer;
    const said = answer?.["error"] ?? answer?.["message"] ?? text.slice(0, 200);
    throw new RefusalError(String(said));
  }

  async get(path: string): Promise<Message> {
    const { text } = await this.#send("GET", path, undefined);
    return parse(text) ?? {};
  }

  /** Drops the connection; what is under way fails. */
  close(): void {
    this.#closed = true;
    for (const one of this.#underWay) one.destroy(new Error(CLOSED));
    this.#agent?.destroy();
  }

  async #send(
    method: string,
    path: string,
    body: string | undefined,
  ): Promise<{ status: number; text: string }> {
    const { host, ports } = this.#endpoint;
    // Loaded when the first session opens: the command itself starts without.
    const { Agent, request } = await import("node:http");
    if (this.#closed) throw new TransportError(CLOSED, false);
    const agent = (this.#agent ??= new Agent({ keepAlive: true }));
    return new Promise((resolve, reject) => {
      let connected = false;
      const sent = request({
        agent,
        host,
        port: ports["client"] ?? CLIENT_PORT,
        method,
        path,
        headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body ?? "") },
      });
      this.#underWay.add(sent);
      const cancel = this.#runtime.after(this.#connectLimit, () => {
        if (!connected) sent.destroy(new Error("no connection in time"));
      });
      const fail = (error: unknown): void => reject(new TransportError(messageOf(error), connected, error));
      sent.on("socket", (socket) => {
        connected = !socket.connecting;
        if (!connected)
          socket.once("connect", () => {
            connected = true;
          });
      });
      sent.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", fail);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sent.on("error", fail);
      sent.on("close", () => {
        cancel();
        this.#underWay.delete(sent);
        fail(new Error("the connection broke before the answer was complete"));
      });
      sent.end(body);
    });
  }
}

function parse(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Message) : undefined;
  } catch {
    // A proxy's page, or an answer cut short: no message of etcd.
    return undefined;
  }
}
