import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { messageOf, OPERATION_ERRORS, OperationError } from "#core/errors";
import type { Invocation } from "#core/operation";
import { Random } from "#core/random";
import { SECOND } from "#core/units";
import { target } from "../examples/http-kv/http-kv.ts";
import { RealTimeRuntime } from "../harness/engine/real-time.ts";

const READ: Invocation = { f: "read", key: "x", value: null, object: "register" };
const WRITE: Invocation = { f: "write", key: "x", value: 1, object: "register" };

/** What becomes of an operation that is answered like this. */
async function outcomeOf(operation: Invocation, status: number, text: string): Promise<unknown> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(status).end(text));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = target.createClient({
    ...{ runtime: new RealTimeRuntime("http"), options: { readFrom: "primary" }, process: 0 },
    nodes: [{ node: "n1", host: "127.0.0.1", ports: { http: (server.address() as AddressInfo).port } }],
    ...{ memory: new Map(), random: new Random("http"), timeout: 5 * SECOND },
  });
  try {
    return await client.invoke(operation);
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return OPERATION_ERRORS[error.code].definite ? "definite" : `indefinite: ${messageOf(error)}`;
  } finally {
    await client.close();
    server.close();
  }
}

test.each([
  [READ, 200, "7", { value: 7, node: "n1" }],
  [READ, 404, "null", { value: null, node: "n1" }],
  [READ, 400, '"bad"', 'indefinite: "bad"'],
  [WRITE, 200, "null", { node: "n1" }],
  [WRITE, 403, "not the primary", "definite"],
  [WRITE, 404, "null", "indefinite: null"],
  [WRITE, 429, '"later"', 'indefinite: "later"'],
  [WRITE, 500, "oh", "indefinite: oh"],
] as const)("the client of the example: %j answered with %i", async (operation, status, text, outcome) => {
  expect(await outcomeOf(operation, status, text)).toEqual(outcome);
});
