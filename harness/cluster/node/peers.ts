import { connect, createServer, type Server, type Socket } from "node:net";
import type { Json } from "#core/json";
import { onJsonLines, writeJsonLine } from "./json-lines.ts";

/** A peer that has not answered a ping for this long is cut off: what was sent is lost, and a new connection is tried. */
const SILENCE_MAX_MS = 1_000;
const PING_EVERY_MS = 200;
/** More bytes than this waiting for one peer: further messages are dropped, as a full queue of a network does. */
const BACKLOG_MAX = 64 << 20;

type Frame =
  | { readonly from: string; readonly message: Json }
  | { readonly ping: number }
  | { readonly pong: number };

/**
 * Messages to and from the other nodes, over one connection each way. As in the simulated network nothing is promised: what is
 * sent while a peer cannot be reached is lost, and TCP's own patience never delays a message by more than a second.
 */
export class Peers {
  readonly #node: string;
  readonly #links: ReadonlyMap<string, PeerLink>;
  readonly #server: Server;

  /** @param addresses host and port of every other node @param receive called with each message */
  constructor(
    node: string,
    addresses: ReadonlyMap<string, { readonly host: string; readonly port: number }>,
    receive: (from: string, message: Json) => void,
  ) {
    this.#node = node;
    this.#links = new Map([...addresses].map(([peer, { host, port }]) => [peer, new PeerLink(host, port)]));
    this.#server = createServer({ noDelay: true }, (socket) => {
      socket.on("error", () => socket.destroy());
      onJsonLines(socket, (json) => {
        const frame = json as Frame;
        if ("ping" in frame) writeJsonLine(socket, { pong: frame.ping });
        else if ("from" in frame && this.#links.has(frame.from)) receive(frame.from, frame.message);
      });
    });
  }

  listen(port: number): void {
    this.#server.listen(port, "0.0.0.0");
    for (const link of this.#links.values()) link.open();
  }

  send(to: string, message: Json): void {
    this.#links.get(to)?.send({ from: this.#node, message });
  }
}

/** This node's connection to one peer, made again whenever it breaks. */
class PeerLink {
  readonly #host: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #connected = false;
  #heard = 0;

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  open(): void {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true });
    this.#socket = socket;
    this.#connected = false;
    this.#heard = Date.now();
    const watch = setInterval(() => {
      if (Date.now() - this.#heard > SILENCE_MAX_MS) socket.destroy();
      else if (this.#connected) writeJsonLine(socket, { ping: Date.now() });
    }, PING_EVERY_MS);
    socket.on("connect", () => {
      this.#connected = true;
    });
    onJsonLines(socket, () => {
      this.#heard = Date.now();
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
}
