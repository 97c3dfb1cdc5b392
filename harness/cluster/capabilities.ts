import type { Capability, Cluster } from "#core/cluster";

/** What clusters are capable of, by where their nodes live: known before one is started. */
export const CAPABILITIES: Readonly<Record<Cluster["environment"], readonly Capability[]>> = {
  sim: ["power", "clocks", "shaping", "speed", "clientLinks"],
  docker: [
    ...(["power", "clocks", "shaping", "clientLinks", "connections", "shutdown"] as const),
    ...(["disk", "pressure", "machines"] as const),
  ],
  process: [],
  existing: ["commands"],
};

/** What is said where a capability is missing. */
export const INCAPABLE: Readonly<Record<Capability, string>> = {
  power: "machines cannot lose their power there",
  clocks: "nodes have no clocks of their own there",
  shaping: "links cannot be made slow or lossy there",
  speed: "nodes cannot be made slow there",
  commands: "the user's own commands are for clusters that already run",
  clientLinks: "links between clients and nodes cannot be cut there",
  connections: "connections cannot be broken there",
  shutdown: "nodes cannot be asked to end there",
  disk: "nodes have no disks that can go bad there",
  machines: "no new machine can take the place of a node's there",
  pressure: "nodes cannot be left short of processor time or memory there",
};
