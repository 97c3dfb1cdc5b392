import { OperationError } from "#core/errors";
import type { Json } from "#core/json";
import type { Invocation, Reply } from "#core/operation";
import type { ProtocolBody } from "#core/target";
import { canonicalJson } from "#core/value-table";

/** One kind of operation of one workload: its request, and what the reply says. */
export interface Rpc {
  request(operation: Invocation): ProtocolBody;
  reply(body: ProtocolBody, operation: Invocation): Reply;
}

const nothing = (): Reply => ({});
const field =
  (name: string) =>
  (body: ProtocolBody): Reply => ({ value: body[name] as Json });

/** Keys are counted: nodes get the number, as Maelstrom's own clients send it. */
const keyOf = ({ key }: Invocation): Json => Number(key);

const counter: Readonly<Record<string, Rpc>> = {
  increment: { request: ({ value }) => ({ type: "add", delta: value }), reply: nothing },
  read: { request: () => ({ type: "read" }), reply: field("value") },
};

const transactions: Readonly<Record<string, Rpc>> = {
  txn: { request: ({ value }) => ({ type: "txn", txn: value }), reply: field("txn") },
};

/** By workload and function. Logs need several requests for one operation: `log-session.ts`. */
const RPCS: Readonly<Record<string, Readonly<Record<string, Rpc>>>> = {
  echo: {
    echo: {
      request: ({ value }) => ({ type: "echo", echo: value }),
      reply: ({ echo }, { value }) => ({
        observed: echo as Json,
        result: canonicalJson(echo as Json) === canonicalJson(value),
      }),
    },
  },
  "unique-ids": { generate: { request: () => ({ type: "generate" }), reply: field("id") } },
  broadcast: {
    add: { request: ({ value }) => ({ type: "broadcast", message: value }), reply: nothing },
    read: { request: () => ({ type: "read" }), reply: field("messages") },
  },
  "g-set": {
    add: { request: ({ value }) => ({ type: "add", element: value }), reply: nothing },
    read: { request: () => ({ type: "read" }), reply: field("value") },
  },
  "g-counter": counter,
  "pn-counter": counter,
  "lin-kv": {
    read: { request: (operation) => ({ type: "read", key: keyOf(operation) }), reply: field("value") },
    write: {
      request: (operation) => ({ type: "write", key: keyOf(operation), value: operation.value }),
      reply: nothing,
    },
    cas: {
      request: (operation) => {
        const [from, to] = operation.value as readonly [Json, Json];
        return { type: "cas", key: keyOf(operation), from, to };
      },
      reply: () => ({ result: true }),
    },
  },
  "txn-list-append": transactions,
  "txn-rw-register": transactions,
};

/** @throws OperationError `rejected` if the workload has no such operation */
export function rpcOf(workload: string, { f }: Invocation): Rpc {
  const rpc = RPCS[workload]?.[f];
  if (rpc === undefined) throw new OperationError("rejected", `${workload} has no operation ${f}`);
  return rpc;
}
