import type { Endpoint } from "#core/runtime";
import type { DockerPlan } from "#core/target";
import type { EtcdOptions } from "./options.ts";

export const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
/** What a node's only process is called. */
export const PROCESS = "etcd";
const DATA_FOLDER = "/var/lib/etcd/riftcheck";

/** etcd's own defaults. Leases are never shorter than 1.5 times the election timeout, in whole seconds. */
const HEARTBEAT_MS = 100;
const ELECTION_MS = 1_000;

/** One etcd per node; all know each other from the start, and find what they know on disk when started again. */
export function dockerPlan(options: EtcdOptions, nodes: readonly Endpoint[]): DockerPlan {
  const cluster = nodes.map(({ node, host }) => `${node}=${peerUrl(host)}`).join(",");
  return {
    image: { folder: "etcd", ...(options.image === undefined ? {} : { name: options.image }) },
    ports: { client: CLIENT_PORT },
    nodes: nodes.map(({ node, host }) => ({
      node,
      processes: [{ name: PROCESS, command: command({ node, host }, cluster, "new"), data: DATA_FOLDER }],
    })),
  };
}

/** Where the members reach the one of this host; part of its identity. */
export const peerUrl = (host: string): string => `http://${host}:${PEER_PORT}`;

/**
 * How a node begins without data. With data it is the member that it was, whatever this says.
 * @param cluster all members, itself included, as `name=peerUrl,…`
 * @param state `existing`: it was added to members that have been at work before
 */
export const command = (
  { node, host }: Pick<Endpoint, "node" | "host">,
  cluster: string,
  state: "new" | "existing",
): string[] => [
  "etcd",
  ...["--name", node],
  ...["--data-dir", DATA_FOLDER],
  ...["--logger", "zap", "--log-outputs", "stderr"],
  ...["--listen-peer-urls", `http://0.0.0.0:${PEER_PORT}`],
  ...["--initial-advertise-peer-urls", peerUrl(host)],
  ...["--listen-client-urls", `http://0.0.0.0:${CLIENT_PORT}`],
  ...["--advertise-client-urls", `http://${host}:${CLIENT_PORT}`],
  ...["--initial-cluster", cluster],
  ...["--initial-cluster-state", state],
  ...["--initial-cluster-token", "riftcheck"],
  ...["--heartbeat-interval", String(HEARTBEAT_MS)],
  ...["--election-timeout", String(ELECTION_MS)],
  // Members that begin at once split their votes, and begin again seconds later: only the first stands for election right away.
  ...(cluster.startsWith(`${node}=`) ? [] : ["--initial-election-tick-advance=false"]),
];
