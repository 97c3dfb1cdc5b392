import type { Target } from "#core/target";
import { add, members, remove, transferLeader } from "./change.ts";
import { claimsOf } from "./claims.ts";
import { RedisClient } from "./client.ts";
import { RedisClusterClient } from "./cluster/client.ts";
import { CLUSTER_NODES } from "./cluster/layout.ts";
import { describe } from "./describe.ts";
import { optionsSchema, type RedisOptions } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leader, notReady } from "./roles.ts";

/** Faults that end processes at a moment of their own: with what was written but not synced. */
const CRASHES = /^(?:kill|power|file|disk-full|pressure-memory)/;

/** Redis with asynchronous replication, with or without Sentinel, or as a cluster; see README.md beside this file. */
export const redis: Target<RedisOptions> = {
  name: "redis",
  summary:
    "Redis 7.0, one primary with asynchronous replicas, with automatic failover by Sentinel, or as a cluster",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  defaultNodes: ({ topology }) => (topology === "cluster" ? CLUSTER_NODES : undefined),
  workloads: ["session", "set"],
  claims: (options, { nodes, faults }) =>
    claimsOf(options, {
      nodes,
      crashes: faults.some((fault) => CRASHES.test(fault)),
      leaves: faults.some((fault) => fault.startsWith("member")),
    }),
  createClient: (context) =>
    context.options.topology === "cluster" ? new RedisClusterClient(context) : new RedisClient(context),
  notReady,
  leader,
  transferLeader,
  membership: { members, remove, add },
  hooks: ({ topology }) => {
    if (topology === "cluster") return [];
    return topology === "sentinel" ? ["transferLeader"] : ["membership"];
  },
  describe,
};
