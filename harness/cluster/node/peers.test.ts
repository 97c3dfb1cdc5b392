import { createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import type { Json } from "#core/json";
import { onJsonLines } from "./json-lines.ts";
import { listen } from "./listen.ts";
import { Peers } from "./peers.ts";

const LOOPBACK = "127.0.0.1";
/** A loaded machine takes its time. */
const SOON = { timeout: 20_000, interval: 20 };

interface Node extends Disposable {
  readonly received: (readonly [from: string, message: Json])[];
  readonly port: number;
  send(to: string, message: Json): void;
  connect(to: string, port: number): void;
}

async function startNode(name: string, port = 0): Promise<Node> {
  const received: (readonly [string, Json])[] = [];
  const peers = new Peers(name, (from, message) => received.push([from, message]));
  const actual = await peers.listen(port, LOOPBACK);
  return {
    received,
    port: actual,
    send: (to, message) => peers.send(to, message),
    connect: (to, at) => peers.connect(new Map([[to, { host: LOOPBACK, port: at }]])),
    [Symbol.dispose]: () => peers[Symbol.dispose](),
  };
}

/**
 * A node at a port that stays free while it is away: what connects to elsewhere is never given one below 32768 (Linux,
 * ip_local_port_range).
 */
async function startNodeThatComesBack(name: string): Promise<Node> {
  const [lowest, ports] = [16_384, 16_384];
  for (let tries = 0; tries < 100; tries++) {
    const port = lowest + ((process.pid + tries) % ports);
    try {
      return await startNode(name, port);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    }
  }
  throw new Error("no port below 32768 is free");
}

/** Sends until one arrives. @returns how many were sent */
async function sendUntilHeard(from: Node, to: Node, name: string): Promise<number> {
  let sent = 0;
  await expect
    .poll(() => {
      from.send(name, `hello ${++sent}`);
      return to.received.length;
    }, SOON)
    .toBeGreaterThan(0);
  return sent;
}

test("messages arrive in order, from nodes that are known, with their sender", async () => {
  using a = await startNode("a");
  using b = await startNode("b");
  using stranger = await startNode("stranger");
  a.connect("b", b.port);
  b.connect("a", a.port);
  stranger.connect("b", b.port);
  await sendUntilHeard(a, b, "b");
  stranger.send("b", "let me in");
  b.received.length = 0;
  for (let i = 0; i < 100; i++) a.send("b", { i, text: "é\n" });
  a.send("nobody", "lost");
  await expect.poll(() => b.received.filter(([, m]) => typeof m === "object").length, SOON).toBe(100);
  const numbered = b.received.filter(([, message]) => typeof message === "object");
  expect(numbered).toEqual(Array.from({ length: 100 }, (_, i) => ["a", { i, text: "é\n" }]));
  expect(b.received.some(([from]) => from === "stranger")).toBe(false);
});

test("what is sent while a peer is away is lost; when it is back, messages arrive again", async () => {
  using a = await startNode("a");
  const first = await startNodeThatComesBack("b");
  a.connect("b", first.port);
  first.connect("a", a.port);
  await sendUntilHeard(a, first, "b");
  first[Symbol.dispose]();
  // The connection's end is seen a moment after the peer's: what is sent until then is lost as well.
  for (let i = 0; i < 100; i++) a.send("b", `while away ${i}`);
  using again = await startNode("b", first.port);
  again.connect("a", a.port);
  await sendUntilHeard(a, again, "b");
  expect(again.received.filter(([, message]) => String(message).startsWith("while away"))).toEqual([]);
});

test("a peer that says nothing is cut off and tried again; one that answers pings is not", async () => {
  const connections: { readonly frames: Json[]; readonly socket: Socket; closed: boolean }[] = [];
  let answering = false;
  const server = createServer((socket) => {
    const connection = { frames: [] as Json[], socket, closed: false };
    connections.push(connection);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      connection.closed = true;
    });
    onJsonLines(socket, (frame) => {
      connection.frames.push(frame);
      if (answering) socket.write('{"pong":1}\n');
    });
  });
  using listening = await listen(server, 0, LOOPBACK);
  using a = await startNode("a");
  a.connect("mute", listening.port);
  await expect.poll(() => connections.length, SOON).toBeGreaterThan(1);
  expect(connections[0]).toMatchObject({ closed: true });
  expect(connections[0]?.frames[0]).toHaveProperty("ping");
  answering = true;
  await expect.poll(() => connections.at(-1)?.frames.length, SOON).toBeGreaterThan(8);
  expect(connections.at(-1)).toMatchObject({ closed: false });
});

test("what is no message ends the connection it came on, and only that", async () => {
  using a = await startNode("a");
  using b = await startNode("b");
  a.connect("b", b.port);
  b.connect("a", a.port);
  await sendUntilHeard(a, b, "b");
  const { connect } = await import("node:net");
  for (const garbage of ["no JSON\n", "17\n", "null\n"]) {
    const socket = connect({ host: LOOPBACK, port: b.port });
    let closed = false;
    socket.on("error", () => undefined);
    socket.on("close", () => {
      closed = true;
    });
    socket.write(garbage);
    await expect.poll(() => closed, SOON).toBe(true);
  }
  b.received.length = 0;
  await sendUntilHeard(a, b, "b");
});
