import type { Endpoint } from "#core/runtime";
import type { DockerPlan } from "#core/target";
import type { GaleraOptions } from "./options.ts";

/** Everything that a node keeps. */
const HOME = "/var/lib/riftcheck";
export const MARIADB_PORT = 3306;
/** The node that begins the cluster. */
const FIRST = "--wsrep-new-cluster";

/** One MariaDB per node; more than one replicate by Galera, one alone does not. */
export function dockerPlan(options: GaleraOptions, nodes: readonly Endpoint[]): DockerPlan {
  return {
    image: { folder: "galera" },
    ports: { client: MARIADB_PORT },
    nodes: nodes.map((node, i) => {
      const first = i === 0 && nodes.length > 1 ? FIRST : "";
      const flags = [...serverFlags(options), ...(nodes.length > 1 ? galeraFlags(options, node, nodes) : [])];
      const command = ["sh", "/usr/share/riftcheck/start.sh", first, ...flags];
      return { node: node.node, processes: [{ name: "mariadb", command, data: HOME }] };
    }),
  };
}

function serverFlags({ isolation, snapshotIsolation, flushLog }: GaleraOptions): string[] {
  return [
    "--no-defaults",
    "--bind-address=0.0.0.0",
    `--port=${MARIADB_PORT}`,
    "--socket=/tmp/mariadb.sock",
    "--pid-file=/tmp/mariadb.pid",
    "--skip-name-resolve",
    // More would tell of every session that a client dropped.
    "--log-warnings=1",
    "--max-connections=500",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=48M",
    `--innodb-flush-log-at-trx-commit=${flushLog}`,
    `--transaction-isolation=${isolation.toUpperCase()}`,
    `--innodb-snapshot-isolation=${snapshotIsolation ? "ON" : "OFF"}`,
  ];
}

function galeraFlags(
  { syncWait }: GaleraOptions,
  { node, host }: Endpoint,
  nodes: readonly Endpoint[],
): string[] {
  const provider = [
    "gcache.size=64M",
    // A silent node is out of the cluster within seconds: Galera's own 5 s and 15 s outlast most faults.
    "evs.keepalive_period=PT0.5S",
    "evs.inactive_check_period=PT0.5S",
    "evs.suspect_timeout=PT3S",
    "evs.inactive_timeout=PT6S",
    "evs.install_timeout=PT6S",
  ];
  return [
    "--wsrep-on=ON",
    "--binlog-format=ROW",
    "--default-storage-engine=InnoDB",
    "--innodb-autoinc-lock-mode=2",
    "--wsrep-provider=/usr/lib/galera/libgalera_smm.so",
    "--wsrep-cluster-name=riftcheck",
    `--wsrep-cluster-address=gcomm://${nodes.map((one) => one.host).join(",")}`,
    `--wsrep-node-name=${node}`,
    `--wsrep-node-address=${host}`,
    "--wsrep-sst-method=rsync",
    "--wsrep-slave-threads=2",
    `--wsrep-sync-wait=${syncWait}`,
    `--wsrep-provider-options=${provider.join(";")}`,
  ];
}
