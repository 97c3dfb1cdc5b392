import { createServer, type Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { OperationError } from "../core/errors.ts";
import type { Endpoint } from "../core/runtime.ts";
import { MILLISECOND } from "../core/units.ts";
import { RealTimeRuntime } from "../engine/real-time.ts";
import { HttpSession } from "./http-session.ts";

const runtime = new RealTimeRuntime("http");
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(handler: Parameters<typeof createServer>[1]): Promise<Endpoint> {
  const server = createServer(handler as never);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { node: "n1", host: "127.0.0.1", ports: { http: (server.address() as { port: number }).port } };
}

const codeOf = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => "ok",
    (error: unknown) => (error instanceof OperationError ? error.code : String(error)),
  );

test("sends JSON, and any status is a reply", async () => {
  const at = await serve((request, response) => {
    let text = "";
    request.on("data", (part) => (text += String(part)));
    request.on("end", () => {
      response.statusCode = request.method === "PUT" ? 403 : 200;
      response.end(JSON.stringify({ path: request.url, got: text }));
    });
  });
  const http = new HttpSession({ runtime });
  const refused = await http.request(at, { method: "PUT", path: "/a%20b", body: { x: 1 } });
  expect([refused.status, refused.json()]).toEqual([403, { path: "/a%20b", got: '{"x":1}' }]);
  expect((await http.request(at, { path: "/" })).status).toBe(200);
  http.close();
});

test("an empty body is null, and one that is no JSON is an error nobody can be sure of", async () => {
  const at = await serve((request, response) => void response.end(request.url === "/empty" ? "" : "<html>"));
  const http = new HttpSession({ runtime });
  expect((await http.request(at, { path: "/empty" })).json()).toBeNull();
  const page = await http.request(at, { path: "/" });
  expect(() => page.json()).toThrow("the reply is no JSON: <html>");
  http.close();
});

test("what was sent is indefinite however it ends; what was not, definite", async () => {
  const at = await serve((request, response) => {
    if (request.url === "/cut") request.socket.destroy();
    else if (request.url === "/half") {
      response.writeHead(200, { "content-length": "100" }).write("half", () => request.socket.destroy());
    }
  });
  const http = new HttpSession({ runtime, timeout: 200 * MILLISECOND });
  expect(await codeOf(http.request(at, { path: "/cut" }))).toBe("connection-lost");
  expect(await codeOf(http.request(at, { path: "/half" }))).toBe("connection-lost");
  expect(await codeOf(http.request(at, { path: "/silent" }))).toBe("timeout");
  const underWay = codeOf(http.request(at, { path: "/silent" }));
  const nobody = { ...at, ports: { http: 1 } };
  expect(await codeOf(http.request(nobody, { path: "/" }))).toBe("connection-refused");
  http.close();
  http.close();
  expect(["connection-lost", "connection-refused"]).toContain(await underWay);
  expect(await codeOf(http.request(at, { path: "/" }))).toBe("not-connected");
});
