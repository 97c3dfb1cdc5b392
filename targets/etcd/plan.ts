import type { Endpoint } from "#core/runtime";
import type { DockerPlan } from "#core/target";
import type { EtcdOptions } from "./options.ts";

export const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
const DATA_FOLDER = "/var/lib/etcd/riftcheck";

/** etcd's own defaults. Leases are never shorter than 1.5 times the election timeout, in whole seconds. */
const HEARTBEAT_MS = 100;
const ELECTION_MS = 1_000;

/** One etcd per node; all know each other from the start, and find what they know on disk when started again. */
export function dockerPlan(options: EtcdOptions, nodes: readonly Endpoint[]): DockerPlan {
  const cluster = nodes.map(({ node, host }) => `${node}=http://${host}:${PEER_PORT}`).join(",");
  return {
    image: { folder: "etcd", ...(options.image === undefined ? {} : { name: options.image }) },
    ports: { client: CLIENT_PORT },
    nodes: nodes.map(({ node, host }) => ({
      node,
      processes: [{ name: "etcd", command: ["etcd", ...flags(node, host, cluster)], data: DATA_FOLDER }],
    })),
  };
}

const flags = (node: string, host: string, cluster: string): string[] => [
  ...["--name", node],
  ...["--data-dir", DATA_FOLDER],
  ...["--logger", "zap", "--log-outputs", "stderr"],
  ...["--listen-peer-urls", `http://0.0.0.0:${PEER_PORT}`],
  ...["--initial-advertise-peer-urls", `http://${host}:${PEER_PORT}`],
  ...["--listen-client-urls", `http://0.0.0.0:${CLIENT_PORT}`],
  ...["--advertise-client-urls", `http://${host}:${CLIENT_PORT}`],
  ...["--initial-cluster", cluster],
  ...["--initial-cluster-state", "new"],
  ...["--initial-cluster-token", "riftcheck"],
  ...["--heartbeat-interval", String(HEARTBEAT_MS)],
  ...["--election-timeout", String(ELECTION_MS)],
];
