import { Agent, type ClientRequest, type IncomingMessage, request as open } from "node:http";
import type { ClusterContext } from "../core/cluster.ts";
import { messageOf, OperationError, type OperationErrorCode } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Endpoint, Runtime } from "../core/runtime.ts";
import { formatDuration, type Nanoseconds, SECOND } from "../core/units.ts";

export interface HttpRequest {
  /** Default: GET. */
  readonly method?: string;
  /** From the first slash on, encoded. */
  readonly path: string;
  /** Purpose of the port (`ports` of the target's plan); default: the first. */
  readonly port?: string;
  /** Sent as JSON. */
  readonly body?: Json;
}

export interface HttpReply {
  readonly status: number;
  readonly text: string;
  /** The body as JSON; an empty one is null. @throws OperationError `unknown` if it is no JSON */
  json(): Json;
}

/**
 * HTTP as a session needs it: connections of its own, one request for each call and none again, and errors that say what is
 * known. No connection could be made, or the session was closed: definite. Everything after that: indefinite. A status is
 * a reply, whatever it is: what it means is for the client to say.
 */
export class HttpSession {
  readonly #runtime: Runtime;
  readonly #limit: Nanoseconds;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #closed = new AbortController();

  /** @param context of a client or of a cluster; a request ends with `timeout` after its time limit, by default a second */
  constructor({ runtime, timeout = SECOND }: { readonly runtime: Runtime; readonly timeout?: Nanoseconds }) {
    this.#runtime = runtime;
    this.#limit = timeout;
  }

  /** @throws OperationError `not-connected`, `connection-refused`, `connection-lost`, `timeout` */
  request(endpoint: Endpoint, request: HttpRequest): Promise<HttpReply> {
    const { node, host, ports } = endpoint;
    if (this.#closed.signal.aborted)
      return Promise.reject(new OperationError("not-connected", "the session was closed", { node }));
    const { method = "GET", path, body } = request;
    const port = request.port === undefined ? Object.values(ports)[0] : ports[request.port];
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const failed = (code: OperationErrorCode, message: string, cause?: unknown): void =>
        reject(new OperationError(code, message, { cause, node }));
      const sent = open({ host, port, method, path, agent: this.#agent, signal: this.#closed.signal });
      const cancel = this.#runtime.after(this.#limit, () => {
        failed("timeout", `no reply from ${node} within ${formatDuration(this.#limit)}`);
        sent.destroy();
      });
      const isConnected = watchConnection(sent);
      const broke = (error: Error): void => {
        cancel();
        failed(isConnected() ? "connection-lost" : "connection-refused", `${node}: ${error.message}`, error);
      };
      sent.on("error", broke).on("response", (reply) => {
        collect(reply).then((found) => {
          cancel();
          resolve(found);
        }, broke);
      });
      if (text !== undefined) sent.setHeader("content-type", "application/json");
      sent.end(text);
    });
  }

  /** Drops every connection at once; requests under way reject. Closing twice is harmless. */
  close(): void {
    this.#closed.abort();
    this.#agent.destroy();
  }
}

/** For `notReady`: which nodes do not answer a GET of this path yet; undefined: all of them do, whatever the status. */
export async function silentNodes(
  { cluster, runtime }: Pick<ClusterContext<unknown>, "cluster" | "runtime">,
  path: string,
): Promise<string | undefined> {
  const http = new HttpSession({ runtime });
  const answers = await Promise.allSettled(
    cluster.nodes.map((node) => http.request(cluster.endpoint(node), { path })),
  );
  http.close();
  const problems = answers.flatMap((answer) =>
    answer.status === "rejected" ? [messageOf(answer.reason)] : [],
  );
  return problems.length === 0 ? undefined : problems.join("; ");
}

/** Whether a connection was there: before that nothing can have been sent. */
function watchConnection(request: ClientRequest): () => boolean {
  let connected = false;
  request.once("socket", (socket) => {
    if (!socket.connecting) connected = true;
    else
      socket.once("connect", () => {
        connected = true;
      });
  });
  return () => connected;
}

async function collect(reply: IncomingMessage): Promise<HttpReply> {
  let text = "";
  for await (const part of reply.setEncoding("utf8")) text += part as string;
  return { status: reply.statusCode ?? 0, text, json: () => parsed(text) };
}

function parsed(text: string): Json {
  try {
    return text === "" ? null : (JSON.parse(text) as Json);
  } catch (cause) {
    throw new OperationError("unknown", `the reply is no JSON: ${text.slice(0, 100)} (${messageOf(cause)})`, {
      cause,
    });
  }
}
