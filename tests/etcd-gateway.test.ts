import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { SECOND } from "#core/units";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";
import { RefusalError, TransportError } from "../targets/etcd/errors.ts";
import { Gateway } from "../targets/etcd/gateway.ts";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const runtime = new RealTimeRuntime("gateway");
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function serve(handler: Handler): Promise<{ gateway: Gateway; server: Server }> {
  const server = createServer(handler);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const gateway = gatewayTo((server.address() as AddressInfo).port);
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { gateway, server };
}

function gatewayTo(client: number): Gateway {
  const gateway = new Gateway({ node: "n1", host: "127.0.0.1", ports: { client } }, runtime, 5 * SECOND);
  open.push(() => gateway.close());
  return gateway;
}

/** What the request fails with. */
const failure = (request: Promise<unknown>): Promise<unknown> =>
  request.then(
    () => "nothing",
    (error: unknown) => error,
  );

describe("etcd's gateway", () => {
  test("answers are objects, errors what etcd said", async () => {
    const { gateway } = await serve((request, response) => {
      if (request.url === "/good") response.end('{"succeeded":true}');
      else response.writeHead(503).end('{"error":"raft proposal dropped","code":14}');
    });
    expect(await gateway.post("/good", {})).toEqual({ succeeded: true });
    const error = await failure(gateway.post("/bad", {}));
    expect(error).toBeInstanceOf(RefusalError);
    expect(error).toMatchObject({ message: "raft proposal dropped" });
  });

  test("nobody listens: nothing was sent", async () => {
    const { server } = await serve(() => undefined);
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    expect(await failure(gatewayTo(port).post("/x", {}))).toMatchObject({ sent: false });
  });

  test("a connection that breaks before, in or instead of the answer: it was sent, once", async () => {
    let requests = 0;
    const breakings: Handler[] = [
      (request) => request.socket.destroy(),
      (_, response) => void response.end("{}"),
      // The connection is one that was used before: a client that sends again would do it now.
      (request) => request.socket.destroy(),
      (request, response) => {
        response.writeHead(200, { "content-length": 100 }).write('{"half');
        setImmediate(() => request.socket.destroy());
      },
    ];
    const { gateway } = await serve((request, response) => breakings[requests++]?.(request, response));
    expect(await failure(gateway.post("/x", {}))).toMatchObject({ sent: true });
    expect(await gateway.post("/x", {})).toEqual({});
    expect(await failure(gateway.post("/x", {}))).toMatchObject({ sent: true });
    expect(await failure(gateway.post("/x", {}))).toMatchObject({ sent: true });
    expect(requests).toBe(4);
  });

  test("closing ends what is under way", async () => {
    const { gateway, server } = await serve(() => undefined);
    const asked = once(server, "request");
    const underWay = failure(gateway.post("/x", {}));
    await asked;
    gateway.close();
    gateway.close();
    const error = await underWay;
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ sent: true });
  });
});
