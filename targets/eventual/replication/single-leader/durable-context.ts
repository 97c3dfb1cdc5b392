import type { NodeContext } from "#core/store-node";
import type { Durability } from "../../durability.ts";

/** The same node, whose messages leave only once everything written before them is on disk. */
export function durableContext(context: NodeContext, durability: Durability): NodeContext {
  return {
    node: context.node,
    peers: context.peers,
    random: context.random,
    now: () => context.now(),
    wallClock: () => context.wallClock(),
    send: (to, message) => durability.whenDurable(() => context.send(to, message)),
    after: (ns, callback) => context.after(ns, callback),
    disk: durability.disk,
    log: (line) => context.log(line),
  };
}
