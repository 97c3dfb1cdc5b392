import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { optionsSchema } from "../targets/redis/options.ts";
import { redis } from "../targets/redis/target.ts";

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A node that says nothing. @returns its port and the connections it has had */
async function mute(): Promise<{ readonly port: number; readonly connections: readonly Socket[] }> {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.on("error", () => socket.destroy());
    open.push(() => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => server.close());
  return { port: (server.address() as AddressInfo).port, connections };
}

test.each(["replication", "cluster"])(
  "%s: a session that was closed opens nothing more",
  async (topology) => {
    const { port, connections } = await mute();
    const client = redis.createClient({
      ...{ runtime: new RealTimeRuntime("redis"), options: optionsSchema.parse({ topology }), process: 0 },
      ...{ nodes: [{ node: "n1", host: "127.0.0.1", ports: { client: port } }], memory: new Map() },
      ...{ random: new Random("redis"), timeout: SECOND },
    });
    await client.close();
    await expect(client.invoke({ f: "write", key: "x", value: 1, object: "register" })).rejects.toThrow(
      "the session was closed",
    );
    expect(connections).toEqual([]);
  },
);
