import { HarnessError } from "#core/errors";
import type { Endpoint } from "#core/runtime";
import type { DockerPlan, ImagePlan, ProcessPlan } from "#core/target";
import { layoutOf, nodesConfig, PRIMARIES, replicasOf } from "./cluster/layout.ts";
import {
  CLUSTER_FILE,
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
  if (options.topology === "cluster") return clusterPlan(options, nodes);
  requireReplicas(options, nodes.length - 1);
  const primary = firstPrimary(nodes);
  const sentinels = options.topology === "sentinel";
  return {
    image: imageOf(options),
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

/** Nodes that know each other from the first moment. */
function clusterPlan(options: RedisOptions, nodes: readonly Endpoint[]): DockerPlan {
  layoutOf(nodes);
  requireReplicas(options, replicasOf(nodes.length), PRIMARIES);
  return {
    image: imageOf(options),
    ports: { client: REDIS_PORT },
    nodes: nodes.map((node) => ({
      node: node.node,
      processes: [
        server("redis-server", "redis", redisConfig(options, undefined), {
          name: CLUSTER_FILE,
          text: nodesConfig(node, nodes),
        }),
      ],
    })),
  };
}

const imageOf = ({ image }: RedisOptions): ImagePlan => ({
  folder: "redis",
  ...(image === undefined ? {} : { name: image }),
});

/** @param replicas of each primary. @throws HarnessError `usage` if the options ask for more replicas than there are */
function requireReplicas(options: RedisOptions, replicas: number, primaries = 1): void {
  const needed: readonly [string, number][] = [
    ["--read-from replica", options.readFrom === "replica" ? 1 : 0],
    [`--wait ${options.wait}`, options.wait],
    [`--min-replicas-to-write ${options.minReplicasToWrite}`, options.minReplicasToWrite],
  ];
  for (const [flag, count] of needed)
    if (count > replicas)
      throw new HarnessError(
        "usage",
        `${flag} needs ${primaries * (count + 1)} nodes, not ${primaries * (replicas + 1)}`,
      );
}

/** A file that a process finds in its data folder when it first starts. */
interface FirstFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes the configuration, last of all files, on the first start only: a failover rewrites it, and a restart must find what
 * the failover wrote, or a demoted primary comes back as primary.
 */
function server(program: string, name: string, config: string, ...others: readonly FirstFile[]): ProcessPlan {
  const files = [...others, { name: `${name}.conf`, text: config }];
  const script = `mkdir -p ${DATA_FOLDER} && cd ${DATA_FOLDER} && config=$1 && shift
if [ ! -s "$config" ]; then while [ $# -gt 0 ]; do printf %s "$2" > "$1" && shift 2 || exit 1; done; fi
exec "$0" "${DATA_FOLDER}/$config"`;
  return {
    name,
    data: DATA_FOLDER,
    command: [
      "sh",
      "-c",
      script,
      program,
      `${name}.conf`,
      ...files.flatMap((file) => [file.name, file.text]),
    ],
  };
}
