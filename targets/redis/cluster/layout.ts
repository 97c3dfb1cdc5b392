import { HarnessError } from "#core/errors";
import type { Endpoint } from "#core/runtime";
import { nodeId, REDIS_PORT } from "../config.ts";
import { SLOTS } from "./key-slot.ts";

/** Primaries of a cluster: fewer cannot outvote one that is gone. */
export const PRIMARIES = 3;
/** Nodes of a cluster unless the user says otherwise: a replica for each primary. */
export const CLUSTER_NODES = 2 * PRIMARIES;
/** Where nodes talk to each other. */
export const BUS_PORT = REDIS_PORT + 10_000;

/** One node as the cluster begins. */
interface Member {
  readonly endpoint: Endpoint;
  /** The primary it copies; undefined: it is one. */
  readonly primary: Endpoint | undefined;
  /** First and last slot of a primary. */
  readonly slots: readonly [number, number] | undefined;
}

/** The first three nodes share the slots; the others are replicas of the first, second, third, first, … @throws HarnessError `usage` */
export function layoutOf(nodes: readonly Endpoint[]): readonly Member[] {
  if (nodes.length < PRIMARIES)
    throw new HarnessError(
      "usage",
      `--topology cluster needs ${PRIMARIES} nodes, not ${nodes.length}: --nodes ${CLUSTER_NODES}`,
    );
  return nodes.map((endpoint, i) => ({
    endpoint,
    primary: i < PRIMARIES ? undefined : nodes[i % PRIMARIES],
    slots: i < PRIMARIES ? [share(i), share(i + 1) - 1] : undefined,
  }));
}

const share = (part: number): number => Math.round((SLOTS * part) / PRIMARIES);

/** The fewest replicas that any primary has. */
export const replicasOf = (nodes: number): number => Math.floor((nodes - PRIMARIES) / PRIMARIES);

/**
 * `nodes.conf` of a node as it would be after the cluster was made with `redis-cli --cluster create`: the nodes need not meet.
 * Source: Redis 7.0, `clusterLoadConfig` (cluster.c).
 */
export function nodesConfig(own: Endpoint, nodes: readonly Endpoint[]): string {
  const lines = layoutOf(nodes).map(({ endpoint, primary, slots }, i) => {
    const flags = `${endpoint.node === own.node ? "myself," : ""}${primary === undefined ? "master" : "slave"}`;
    const epoch = (i % PRIMARIES) + 1;
    const source = primary === undefined ? "-" : nodeId(primary);
    const range = slots === undefined ? "" : ` ${slots[0]}-${slots[1]}`;
    return `${nodeId(endpoint)} ${endpoint.host}:${REDIS_PORT}@${BUS_PORT} ${flags} ${source} 0 0 ${epoch} connected${range}`;
  });
  return `${lines.join("\n")}\nvars currentEpoch ${PRIMARIES} lastVoteEpoch 0\n`;
}
