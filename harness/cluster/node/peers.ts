import { connect, createServer, type Socket } from "node:net";
import type { Json } from "#core/json";
import { onJsonLines, writeJsonLine } from "./json-lines.ts";
import { type Listening, listen } from "./listen.ts";

/** A peer that has not answered a ping for this long is cut off: what was sent is lost, and a new connection is tried. */
const SILENCE_MAX_MS = 1_000;
const PING_EVERY_MS = 200;
/** A connection that brought no ping for this long is one that its sender has given up. */
const ABANDONED_MS = 10 * SILENCE_MAX_MS;
/** More bytes than this waiting for one peer: further messages are dropped, as a full queue of a network does. */
const BACKLOG_MAX = 64 << 20;

type Frame =
  | { readonly from: string; readonly message: Json }
  | { readonly ping: number }
  | { readonly pong: number };

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Messages to and from the other nodes, over one connection each way. As in the simulated network nothing is promised: what is
 * sent while a peer cannot be reached is lost, and TCP's own patience never delays a message by more than a second.
 */
export class Peers implements Disposable {
  readonly #node: string;
  readonly #receive: (from: string, message: Json) => void;
  readonly #links = new Map<string, PeerLink>();
  #listening: Listening | undefined;

  /** @param receive called with each message of a node that `connect` was told of */
  constructor(node: string, receive: (from: string, message: Json) => void) {
    this.#node = node;
    this.#receive = receive;
  }

  /** Takes connections of other nodes. @param port 0: any that is free @returns the port */
  async listen(port: number, host?: string): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#listening = await listen(server, port, host);
    return this.#listening.port;
  }

  /** Connects to the other nodes, now and whenever a connection breaks. */
  connect(addresses: ReadonlyMap<string, Address>): void {
    for (const [peer, address] of addresses) {
      const link = new PeerLink(address);
      this.#links.set(peer, link);
      link.open();
    }
  }

  send(to: string, message: Json): void {
    this.#links.get(to)?.send({ from: this.#node, message });
  }

  [Symbol.dispose](): void {
    for (const link of this.#links.values()) link[Symbol.dispose]();
    this.#listening?.[Symbol.dispose]();
  }

  #accept(socket: Socket): void {
    socket.on("error", () => socket.destroy());
    socket.setTimeout(ABANDONED_MS, () => socket.destroy());
    onJsonLines(socket, (json) => {
      const frame = json as Frame;
      if (typeof frame !== "object" || frame === null) socket.destroy();
      else if ("ping" in frame) writeJsonLine(socket, { pong: frame.ping });
      else if ("from" in frame && this.#links.has(frame.from)) this.#receive(frame.from, frame.message);
    });
  }
}

/** This node's connection to one peer, made again whenever it breaks. */
class PeerLink implements Disposable {
  readonly #address: Address;
  #socket: Socket | undefined;
  #connected = false;
  #disposed = false;

  constructor(address: Address) {
    this.#address = address;
  }

  open(): void {
    if (this.#disposed) return;
    const socket = connect({ ...this.#address, noDelay: true });
    let heard = performance.now();
    this.#socket = socket;
    const watch = setInterval(() => {
      // Reset: what the system still holds of it must not arrive once the link is whole again.
      if (performance.now() - heard > SILENCE_MAX_MS) socket.resetAndDestroy();
      else if (this.#connected) writeJsonLine(socket, { ping: heard });
    }, PING_EVERY_MS);
    socket.on("connect", () => {
      this.#connected = true;
    });
    onJsonLines(socket, () => {
      heard = performance.now();
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearInterval(watch);
      this.#connected = false;
      setTimeout(() => this.open(), PING_EVERY_MS);
    });
  }

  send(frame: Frame): void {
    const socket = this.#socket;
    if (socket !== undefined && this.#connected && socket.writableLength < BACKLOG_MAX)
      writeJsonLine(socket, frame);
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#socket?.destroy();
  }
}
