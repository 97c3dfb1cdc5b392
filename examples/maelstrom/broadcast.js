#!/usr/bin/env node
// Broadcast: every message is told to every other node until that one has said that it has it.
import { Node } from "./node.js";

const RETRY_AFTER = 200;

const node = new Node();
const messages = new Set();

async function tell(peer, message) {
  for (;;) {
    try {
      await node.ask(peer, { type: "tell", message }, RETRY_AFTER);
      return;
    } catch {
      process.stderr.write(`${peer} did not take ${message}, trying again\n`);
    }
  }
}

node.on("topology", () => ({ type: "topology_ok" }));
node.on("read", () => ({ type: "read_ok", messages: [...messages] }));
node.on("tell", ({ body }) => {
  messages.add(body.message);
  return { type: "tell_ok" };
});
node.on("broadcast", ({ body }) => {
  messages.add(body.message);
  for (const peer of node.peers) void tell(peer, body.message);
  return { type: "broadcast_ok" };
});
node.run();
