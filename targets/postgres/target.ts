import type { Target } from "#core/target";
import { withoutCrdts, SQL_WORKLOADS } from "../sql/workloads.ts";
import { claimsOf } from "./claims.ts";
import { PostgresClient } from "./client.ts";
import { describe } from "./describe.ts";
import { optionsSchema, type PostgresOptions } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leader, notReady } from "./roles.ts";

/** PostgreSQL with streaming replication and failover by supervisors; see README.md beside this file. */
export const postgres: Target<PostgresOptions> = {
  name: "postgres",
  summary: "PostgreSQL 15, streaming replication, asynchronous or synchronous, with or without failover",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  workloads: SQL_WORKLOADS,
  claims: (options, { nodes, faults }) =>
    claimsOf(options, {
      nodes,
      crashes: faults.some((fault) => /^(?:kill|power)/.test(fault)),
      pauses: faults.some((fault) => /^(?:pause|slow|clock|pressure|disk)/.test(fault)),
      powerLoss: faults.some((fault) => fault.startsWith("power")),
    }),
  objects: (_, declared) => withoutCrdts(declared),
  createClient: (context) => new PostgresClient(context),
  notReady,
  leader,
  describe,
};
