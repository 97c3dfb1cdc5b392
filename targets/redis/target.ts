import type { Target } from "#core/target";
import { claimsOf } from "./claims.ts";
import { RedisClient } from "./client.ts";
import { describe } from "./describe.ts";
import { optionsSchema, type RedisOptions } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leader, notReady } from "./roles.ts";

/** Redis with asynchronous replication, with or without Sentinel; see README.md beside this file. */
export const redis: Target<RedisOptions> = {
  name: "redis",
  summary: "Redis 7.0, one primary with asynchronous replicas, or with automatic failover by Sentinel",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  workloads: ["session", "set"],
  claims: (options, { nodes, faults }) =>
    claimsOf(options, { nodes, crashes: faults.some((fault) => fault.startsWith("kill")) }),
  createClient: (context) => new RedisClient(context),
  notReady,
  leader,
  describe,
};
