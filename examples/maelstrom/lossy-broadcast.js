#!/usr/bin/env node
// Broadcast with a bug: every message is told to every other node once, and whoever is cut off then never hears of it.
import { Node } from "./node.js";

const node = new Node();
const messages = new Set();

node.on("topology", () => ({ type: "topology_ok" }));
node.on("read", () => ({ type: "read_ok", messages: [...messages] }));
node.on("tell", ({ body }) => void messages.add(body.message));
node.on("broadcast", ({ body }) => {
  messages.add(body.message);
  for (const peer of node.peers) node.send(peer, { type: "tell", message: body.message });
  return { type: "broadcast_ok" };
});
node.run();
