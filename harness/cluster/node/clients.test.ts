import { connect } from "node:net";
import { expect, test } from "vitest";
import type { Json } from "#core/json";
import { serveClients } from "./clients.ts";
import { onJsonLines } from "./json-lines.ts";

const LOOPBACK = "127.0.0.1";
const SOON = { timeout: 20_000, interval: 10 };

type Pending = { readonly request: Json; readonly reply: (response: Json) => void };

/** A server whose requests wait until the test answers them. */
async function startServer() {
  const pending: Pending[] = [];
  const server = await serveClients(0, (request, reply) => pending.push({ request, reply }), LOOPBACK);
  return {
    pending,
    port: server.port,
    [Symbol.dispose]: () => server[Symbol.dispose](),
  };
}

function startClient(port: number) {
  const socket = connect({ host: LOOPBACK, port });
  const replies: Json[] = [];
  const state = { closed: false };
  socket.on("error", () => undefined);
  socket.on("close", () => {
    state.closed = true;
  });
  onJsonLines(socket, (reply) => replies.push(reply));
  return { replies, state, write: (text: string) => socket.write(text), close: () => socket.destroy() };
}

test("one connection's requests are carried out one by one, in order", async () => {
  using server = await startServer();
  const client = startClient(server.port);
  client.write('1\n{"two":2}\n[3]');
  await expect.poll(() => server.pending.length, SOON).toBe(1);
  expect(server.pending[0]?.request).toBe(1);
  server.pending[0]?.reply("first");
  expect(server.pending.map(({ request }) => request)).toEqual([1, { two: 2 }]);
  client.write("\n");
  await expect.poll(() => client.replies, SOON).toEqual(["first"]);
  expect(server.pending).toHaveLength(2);
  server.pending[1]?.reply("second");
  await expect.poll(() => server.pending.length, SOON).toBe(3);
  server.pending[2]?.reply(null);
  await expect.poll(() => client.replies, SOON).toEqual(["first", "second", null]);
  client.close();
});

test("connections do not wait for one another", async () => {
  using server = await startServer();
  const [a, b] = [startClient(server.port), startClient(server.port)];
  a.write('"a"\n');
  await expect.poll(() => server.pending.length, SOON).toBe(1);
  b.write('"b"\n');
  await expect.poll(() => server.pending.length, SOON).toBe(2);
  server.pending[1]?.reply("for b");
  await expect.poll(() => b.replies, SOON).toEqual(["for b"]);
  expect(a.replies).toEqual([]);
  a.close();
  b.close();
});

test("a line that is no JSON ends its connection, after what came before it", async () => {
  using server = await startServer();
  const client = startClient(server.port);
  client.write('"good"\nGET / HTTP/1.1\n"never"\n');
  await expect.poll(() => client.state.closed, SOON).toBe(true);
  expect(server.pending.map(({ request }) => request)).toEqual(["good"]);
  server.pending[0]?.reply("too late");
  expect(server.pending).toHaveLength(1);
  const other = startClient(server.port);
  other.write('"other"\n');
  await expect.poll(() => server.pending.length, SOON).toBe(2);
  other.close();
});

test("a second reply to one request is the store's mistake", async () => {
  using server = await startServer();
  const client = startClient(server.port);
  client.write("1\n");
  await expect.poll(() => server.pending.length, SOON).toBe(1);
  server.pending[0]?.reply("once");
  expect(() => server.pending[0]?.reply("twice")).toThrow("replied twice");
  await expect.poll(() => client.replies, SOON).toEqual(["once"]);
  client.close();
});
