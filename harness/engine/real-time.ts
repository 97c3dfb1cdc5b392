import { connect as openSocket, type Socket } from "node:net";
import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import type { Connection, Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";

/** The real clock, real timers and real sockets. The only place that touches them. */
export class RealTimeRuntime implements Runtime {
  readonly virtual = false;
  readonly random: Random;
  readonly #origin = performance.now();

  constructor(seed: string) {
    this.random = new Random(seed);
  }

  now(): Nanoseconds {
    return Math.round((performance.now() - this.#origin) * MILLISECOND);
  }

  sleep(ns: Nanoseconds, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", finish);
        resolve();
      };
      const timer = setTimeout(finish, toTimeout(ns));
      signal?.addEventListener("abort", finish, { once: true });
    });
  }

  after(ns: Nanoseconds, callback: () => void): () => void {
    const timer = setTimeout(callback, toTimeout(ns));
    return () => clearTimeout(timer);
  }

  connect(endpoint: Endpoint): Promise<Connection> {
    const port = endpoint.ports["client"];
    if (port === undefined)
      throw new OperationError("connection-refused", `${endpoint.node} has no client port`);
    return new Promise((resolve, reject) => {
      const socket = openSocket({ host: endpoint.host, port, noDelay: true });
      socket.once("connect", () => resolve(lineConnection(socket)));
      socket.once("error", (cause) =>
        reject(
          new OperationError("connection-refused", `cannot connect to ${endpoint.node}: ${cause.message}`, {
            cause,
          }),
        ),
      );
    });
  }
}

/** What is due already is due now: Node warns of negative timeouts. */
const toTimeout = (ns: Nanoseconds): number => Math.max(0, ns / MILLISECOND);

/** One JSON document a line each way, answered in order. */
function lineConnection(socket: Socket): Connection {
  const waiting: { resolve(reply: Json): void; reject(error: Error): void }[] = [];
  let buffered = "";
  let broken: OperationError | undefined;
  const fail = (reason: string) => {
    broken ??= new OperationError("connection-lost", reason);
    for (const request of waiting.splice(0)) request.reject(broken);
  };
  socket.setEncoding("utf8");
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => fail("connection closed"));
  socket.on("data", (chunk: string) => {
    buffered += chunk;
    for (let end = buffered.indexOf("\n"); end >= 0; end = buffered.indexOf("\n")) {
      const line = buffered.slice(0, end);
      buffered = buffered.slice(end + 1);
      try {
        waiting.shift()?.resolve(JSON.parse(line) as Json);
      } catch {
        fail(`the node answered what is not JSON: ${line.slice(0, 200)}`);
        socket.destroy();
      }
    }
  });
  return {
    request: (message) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) {
          reject(new OperationError("not-connected", broken.message));
          return;
        }
        waiting.push({ resolve, reject });
        socket.write(`${JSON.stringify(message)}\n`);
      }),
    close: () => socket.destroy(),
  };
}
