#!/usr/bin/env node
// Transactions over lists and registers: the service lin-kv holds the whole database under one key, and a transaction is one
// compare-and-set of it. If another one came first, it is aborted.
import { Node } from "./node.js";

const ABORTED = 30;
const node = new Node();

/** The database after the transaction, and the transaction with its reads filled in. */
function apply(database, steps) {
  const next = { ...database };
  const done = steps.map(([f, key, value]) => {
    if (f === "r") return [f, key, next[key] ?? null];
    next[key] = f === "append" ? [...(next[key] ?? []), value] : value;
    return [f, key, value];
  });
  return { next, done };
}

async function perform(steps) {
  const read = await node.ask("lin-kv", { type: "read", key: "database" });
  const database = read.value ?? {};
  const { next, done } = apply(database, steps);
  const change = { key: "database", from: database, to: next, create_if_not_exists: true };
  const reply = await node.ask("lin-kv", { type: "cas", ...change });
  if (reply.type === "cas_ok") return { type: "txn_ok", txn: done };
  return { type: "error", code: ABORTED, text: "another transaction came first" };
}

node.on("txn", (message) => {
  void perform(message.body.txn)
    .catch((error) => ({ type: "error", code: 0, text: error.message }))
    .then((reply) => node.send(message.src, { ...reply, in_reply_to: message.body.msg_id }));
});
node.run();
