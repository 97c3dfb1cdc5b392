import type { Socket } from "node:net";
import { messageOf, OperationError } from "#core/errors";
import type { Endpoint, Runtime } from "#core/runtime";
import { MILLISECOND, type Nanoseconds } from "#core/units";
import { ReplyError } from "./errors.ts";
import { CLIENT_PORT } from "./plan.ts";
import { ping, type Request, requestFrame, sessionFrame } from "./requests.ts";
import { Frames, Reader } from "./wire.ts";

/** How long a server keeps a session of which it hears nothing; asked for, and cut to what the server allows. */
const SESSION_MS = 4_000;
/** Numbers of replies that answer no request. */
const NOTIFICATION = -1;
const PING = -2;

/** How a session is opened. */
export interface Opening {
  readonly runtime: Runtime;
  /** The last transaction seen. */
  readonly seen: bigint;
  readonly limit: Nanoseconds;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

interface Waiting {
  readonly xid: number;
  answer(reply: Reader, error: number): void;
  fail(error: Error): void;
}

/**
 * A session at one server, over one connection. It ends with its connection: nothing is sent twice and nobody reconnects. A
 * client of its own, because the usual one for Node cannot `sync`, connects again by itself, and ends its process at codes that it does not know.
 */
export class Session {
  readonly #socket: Socket;
  readonly #runtime: Runtime;
  readonly #frames = new Frames();
  readonly #waiting: Waiting[] = [];
  #xid = 0;
  /** The last transaction that this session knows to be in its server's copy. */
  #seen: bigint;
  #ended: Error | undefined;
  #isOpen = false;
  #opened: { resolve(): void; reject(error: Error): void } | undefined;
  #cancelPing: () => void = () => undefined;

  private constructor(socket: Socket, runtime: Runtime, seen: bigint) {
    this.#runtime = runtime;
    this.#seen = seen;
    this.#socket = socket;
    this.#socket.on("connect", () => this.#socket.write(sessionFrame(seen, SESSION_MS)));
    this.#socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    this.#socket.on("error", (error) => this.#end(error));
    this.#socket.on("close", () => this.#end(new Error("the server closed the connection")));
  }

  /**
   * Opens a session at a server that has at least the transaction `seen`.
   * @throws OperationError `connection-refused`: nothing of any operation was sent
   */
  static async open(endpoint: Endpoint, { runtime, seen, limit, signal }: Opening): Promise<Session> {
    // Loaded when the first session opens: the command itself starts without.
    const { connect } = await import("node:net");
    const { host, ports } = endpoint;
    const socket = connect({ host, port: ports["client"] ?? CLIENT_PORT, noDelay: true });
    const session = new Session(socket, runtime, seen);
    const cancel = runtime.after(limit, () => session.#end(new Error("no session in time")));
    const stop = (): void => session.close();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      await new Promise<void>((resolve, reject) => {
        session.#opened = { resolve, reject };
        if (signal?.aborted === true) stop();
      });
      return session;
    } catch (cause) {
      const { node } = endpoint;
      throw new OperationError("connection-refused", messageOf(cause), { cause, node });
    } finally {
      cancel();
      signal?.removeEventListener("abort", stop);
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get seen(): bigint {
    return this.#seen;
  }

  /** @throws ReplyError, or whatever ended the connection */
  request<T>(request: Request<T>): Promise<T> {
    if (this.#ended !== undefined)
      return Promise.reject(new OperationError("not-connected", messageOf(this.#ended)));
    return new Promise((resolve, reject) => {
      const xid = this.#xid++;
      const answer = (reply: Reader, error: number): void => {
        if (error === 0) resolve(request.read(reply));
        else reject(new ReplyError(error));
      };
      this.#waiting.push({ xid, answer, fail: reject });
      this.#socket.write(requestFrame(xid, request));
    });
  }

  close(): void {
    this.#end(new Error("the session was closed"));
  }

  #receive(bytes: Buffer): void {
    try {
      for (const frame of this.#frames.push(bytes)) this.#take(new Reader(frame));
    } catch (error) {
      this.#end(new Error(`the server sent what cannot be read: ${messageOf(error)}`));
    }
  }

  #take(frame: Reader): void {
    if (!this.#isOpen) {
      frame.int();
      this.#begin(frame.int());
      return;
    }
    const xid = frame.int();
    const seen = frame.long();
    const error = frame.int();
    if (xid === PING || xid === NOTIFICATION) return;
    if (seen > this.#seen) this.#seen = seen;
    const [waiting] = this.#waiting;
    if (waiting?.xid !== xid) throw new Error(`an answer to request ${xid}, not ${waiting?.xid}`);
    // It waits until its answer could be read: what throws ends the session, and fails all who wait.
    waiting.answer(frame, error);
    this.#waiting.shift();
  }

  /** @param timeoutMs as the server grants it; 0: no session */
  #begin(timeoutMs: number): void {
    if (timeoutMs <= 0) {
      this.#end(new Error("the server grants no session"));
      return;
    }
    this.#isOpen = true;
    this.#keepAlive(Math.floor(timeoutMs / 3) * MILLISECOND);
    this.#opened?.resolve();
  }

  #keepAlive(every: Nanoseconds): void {
    this.#cancelPing = this.#runtime.after(every, () => {
      this.#socket.write(requestFrame(PING, ping));
      this.#keepAlive(every);
    });
  }

  #end(error: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    this.#isOpen = false;
    this.#cancelPing();
    this.#socket.destroy();
    this.#opened?.reject(error);
    for (const { fail } of this.#waiting.splice(0)) fail(error);
  }
}
