import { mkdirSync } from "node:fs";
import type { Json } from "#core/json";
import { Random } from "#core/random";
import type { NodeContext, SimPlan, StoreNode } from "#core/store-node";
import { MILLISECOND } from "#core/units";
import { serveClients } from "./clients.ts";
import { JournalDisk } from "./journal-disk.ts";
import { Peers } from "./peers.ts";

export const CLIENT_PORT = 7_100;
export const PEER_PORT = 7_101;

export interface RealNodeOptions {
  readonly node: string;
  /** Address of every node, this one included. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly seed: string;
  /** Milliseconds since 1970 that the cluster's wall clocks count from: nanoseconds since 1970 are not exact as numbers. */
  readonly epoch: number;
  /** Folder of the node's disk. */
  readonly data: string;
}

/** Runs one node of a home-made store as this process: real sockets, files, clocks. What its callbacks throw ends the process. */
export function runRealNode(plan: SimPlan, options: RealNodeOptions): void {
  const { node, hosts, seed, epoch, data } = options;
  mkdirSync(data, { recursive: true });
  const disk = new JournalDisk(data);
  const peers = Object.keys(hosts).filter((name) => name !== node);
  const ahead = plan.clock?.(node)?.ahead ?? 0;
  let store: StoreNode | undefined;
  const network = new Peers(
    node,
    new Map(peers.map((name) => [name, { host: hosts[name] ?? name, port: PEER_PORT }])),
    (from, message) => store?.onMessage(from, message),
  );
  const context: NodeContext = {
    node,
    peers,
    random: new Random(`${seed}/${node}/${process.pid}/${Date.now()}`),
    now: () => Math.round(performance.now() * MILLISECOND),
    wallClock: () => Math.round((performance.timeOrigin - epoch + performance.now()) * MILLISECOND) + ahead,
    send: (to: string, message: Json) => network.send(to, message),
    after: (ns, callback) => {
      const timer = setTimeout(callback, ns / MILLISECOND);
      return () => clearTimeout(timer);
    },
    disk,
    log: (line) => process.stdout.write(`${new Date().toISOString()} ${line}\n`),
  };
  store = plan.createNode(context);
  network.listen(PEER_PORT);
  serveClients(CLIENT_PORT, store);
}
