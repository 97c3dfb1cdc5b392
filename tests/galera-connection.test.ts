import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "mysql2";
import { expect, test } from "vitest";
import { SECOND } from "#core/units";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { MariadbConnection } from "../targets/galera/connection.ts";

/** A server that lets in whoever comes, and never closes its end of a connection. */
async function stubbornServer(): Promise<Disposable & { readonly port: number }> {
  const server = createServer((connection) => {
    connection.serverHandshake({
      ...{ protocolVersion: 10, serverVersion: "stubborn", connectionId: 1, statusFlags: 2 },
      ...{
        characterSet: 8,
        capabilityFlags: 0xffffff,
        authCallback: (_who: unknown, done: (error: null) => void) => done(null),
      },
    });
    connection.on("query", () => connection.writeOk());
  });
  const { _server: net } = server as unknown as { _server: Server & { allowHalfOpen: boolean } };
  net.allowHalfOpen = true;
  net.listen(0, "127.0.0.1");
  await once(net, "listening");
  return {
    port: (net.address() as AddressInfo).port,
    [Symbol.dispose]: () => void net.close(),
  };
}

const sockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

test("a connection that is dropped does not wait for a server that never closes its end", async () => {
  using server = await stubbornServer();
  const endpoint = { node: "n1", host: "127.0.0.1", ports: { client: server.port } };
  const before = sockets();
  const connection = await MariadbConnection.open({
    runtime: new RealTimeRuntime("1"),
    endpoint,
    limit: 5 * SECOND,
  });
  expect(sockets() - before).toBe(2);
  connection.drop();
  await expect.poll(() => sockets() - before).toBe(1);
});
