import { HarnessError } from "#core/errors";
import type { Endpoint } from "#core/runtime";
import type { DockerPlan, ProcessPlan } from "#core/target";
import {
  DATA_FOLDER,
  firstPrimary,
  REDIS_PORT,
  redisConfig,
  SENTINEL_PORT,
  sentinelConfig,
} from "./config.ts";
import type { RedisOptions } from "./options.ts";

/** One Redis server per node, the first one primary; with topology `sentinel` a sentinel beside each. */
export function dockerPlan(options: RedisOptions, nodes: readonly Endpoint[]): DockerPlan {
  requireReplicas(options, nodes.length - 1);
  const primary = firstPrimary(nodes);
  const sentinels = options.topology === "sentinel";
  return {
    image: { folder: "redis", ...(options.image === undefined ? {} : { name: options.image }) },
    ports: { client: REDIS_PORT, ...(sentinels ? { sentinel: SENTINEL_PORT } : {}) },
    nodes: nodes.map((node) => ({
      node: node.node,
      processes: [
        server("redis-server", "redis", redisConfig(options, node === primary ? undefined : primary.host)),
        ...(sentinels ? [server("redis-sentinel", "sentinel", sentinelConfig(node, nodes))] : []),
      ],
    })),
  };
}

/** @throws HarnessError `usage` if the options ask for more replicas than there are */
function requireReplicas(options: RedisOptions, replicas: number): void {
  const needed: readonly [string, number][] = [
    ["--read-from replica", options.readFrom === "replica" ? 1 : 0],
    [`--wait ${options.wait}`, options.wait],
    [`--min-replicas-to-write ${options.minReplicasToWrite}`, options.minReplicasToWrite],
  ];
  for (const [flag, count] of needed)
    if (count > replicas)
      throw new HarnessError("usage", `${flag} needs ${count + 1} nodes, not ${replicas + 1}`);
}

/**
 * Writes the configuration on the first start only: a failover rewrites it, and a restart must find what the failover
 * wrote, or a demoted primary comes back as primary.
 */
function server(program: string, name: string, config: string): ProcessPlan {
  const file = `${DATA_FOLDER}/${name}.conf`;
  const script = `mkdir -p ${DATA_FOLDER} && { [ -s "$1" ] || printf %s "$2" > "$1"; } && exec "$0" "$1"`;
  return { name, command: ["sh", "-c", script, program, file, config], data: DATA_FOLDER };
}
