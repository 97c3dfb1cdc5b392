import type { Target } from "#core/target";
import { add, members, remove, transferLeader } from "./change.ts";
import { claimsOf } from "./claims.ts";
import { RedisClient } from "./client.ts";
import { describe } from "./describe.ts";
import { optionsSchema, type RedisOptions } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leader, notReady } from "./roles.ts";

/** Faults that end processes at a moment of their own: with what was written but not synced. */
const CRASHES = /^(?:kill|power|file|disk-full|pressure-memory)/;

/** Redis with asynchronous replication, with or without Sentinel; see README.md beside this file. */
export const redis: Target<RedisOptions> = {
  name: "redis",
  summary: "Redis 7.0, one primary with asynchronous replicas, or with automatic failover by Sentinel",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  workloads: ["session", "set"],
  claims: (options, { nodes, faults }) =>
    claimsOf(options, {
      nodes,
      crashes: faults.some((fault) => CRASHES.test(fault)),
      leaves: faults.some((fault) => fault.startsWith("member")),
    }),
  createClient: (context) => new RedisClient(context),
  notReady,
  leader,
  transferLeader,
  membership: { members, remove, add },
  hooks: ({ topology }) => (topology === "sentinel" ? ["transferLeader"] : ["membership"]),
  describe,
};
