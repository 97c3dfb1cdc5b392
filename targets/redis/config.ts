import { createHash } from "node:crypto";
import type { Endpoint } from "#core/runtime";
import type { RedisOptions } from "./options.ts";

export const REDIS_PORT = 6379;
export const SENTINEL_PORT = 26379;
/** The name under which the sentinels know the primary. */
export const MASTER_NAME = "riftcheck";

export const DATA_FOLDER = "/var/lib/redis";
/** What a node of a cluster knows of the others, in the data folder. */
export const CLUSTER_FILE = "nodes.conf";

/** Silence after which a sentinel believes that a node is down. */
const DOWN_AFTER_MS = 2_000;
/** Twice this must pass before another sentinel tries a failover again. */
const FAILOVER_TIMEOUT_MS = 6_000;
/** Seconds after which both ends of a silent replication link give it up (Redis's default of 60 outlasts most faults). */
const REPL_TIMEOUT_S = 10;

/** `redis.conf` of a node; `primary` is the address it replicates from, `undefined` on the first primary itself. */
export function redisConfig(options: RedisOptions, primary: string | undefined): string {
  const persistent = options.appendfsync !== "off";
  return lines([
    "bind * -::*",
    "protected-mode no",
    `port ${REDIS_PORT}`,
    `dir ${DATA_FOLDER}`,
    // Snapshots would blur what appendfsync says.
    'save ""',
    `appendonly ${persistent ? "yes" : "no"}`,
    persistent && `appendfsync ${options.appendfsync}`,
    "repl-diskless-sync yes",
    "repl-diskless-sync-delay 0",
    "repl-ping-replica-period 1",
    `repl-timeout ${REPL_TIMEOUT_S}`,
    `min-replicas-to-write ${options.minReplicasToWrite}`,
    `min-replicas-max-lag ${options.minReplicasMaxLag}`,
    ...(options.topology === "cluster" ? clusterLines(options) : []),
    primary !== undefined && `replicaof ${primary} ${REDIS_PORT}`,
  ]);
}

/** The rest of the cluster goes on when a share of the keys has no primary; replicas stay with theirs. */
const clusterLines = ({ nodeTimeout }: RedisOptions): string[] => [
  "cluster-enabled yes",
  `cluster-config-file ${CLUSTER_FILE}`,
  `cluster-node-timeout ${nodeTimeout}`,
  "cluster-require-full-coverage no",
  "cluster-allow-replica-migration no",
];

/**
 * `sentinel.conf` of a node, as it is before the sentinel writes its own knowledge into it. It names the replicas and the
 * other sentinels as a sentinel itself would after a while: finding them takes up to ten seconds.
 */
export function sentinelConfig(node: Endpoint, nodes: readonly Endpoint[]): string {
  const name = MASTER_NAME;
  const primary = firstPrimary(nodes);
  const others = nodes.filter((other) => other !== node);
  const replicas = nodes.filter((other) => other !== primary);
  return lines([
    "bind * -::*",
    "protected-mode no",
    `port ${SENTINEL_PORT}`,
    "dir /tmp",
    `sentinel myid ${nodeId(node)}`,
    `sentinel monitor ${name} ${primary.host} ${REDIS_PORT} ${majority(nodes.length)}`,
    `sentinel down-after-milliseconds ${name} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${name} ${FAILOVER_TIMEOUT_MS}`,
    `sentinel parallel-syncs ${name} 1`,
    ...replicas.map(({ host }) => `sentinel known-replica ${name} ${host} ${REDIS_PORT}`),
    ...others.map(
      (other) => `sentinel known-sentinel ${name} ${other.host} ${SENTINEL_PORT} ${nodeId(other)}`,
    ),
  ]);
}

/** Sentinels and nodes of a cluster tell each other apart by 40 hexadecimal digits. */
export const nodeId = ({ node, host }: Endpoint): string =>
  createHash("sha1").update(`${node} ${host}`).digest("hex");

export const majority = (nodes: number): number => Math.floor(nodes / 2) + 1;

/** The node that is primary when the cluster starts. */
export const firstPrimary = (nodes: readonly Endpoint[]): Endpoint => {
  const primary = nodes[0];
  if (primary === undefined) throw new RangeError("a cluster has at least one node");
  return primary;
};

const lines = (entries: readonly (string | false)[]): string =>
  `${entries.filter((entry) => entry !== false).join("\n")}\n`;
