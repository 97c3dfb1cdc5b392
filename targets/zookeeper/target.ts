import type { ObjectSpec } from "#core/operation";
import type { Target } from "#core/target";
import { claimsOf } from "./claims.ts";
import { ZookeeperClient } from "./client.ts";
import { describe } from "./describe.ts";
import { optionsSchema, type ZookeeperOptions } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leader, notReady } from "./roles.ts";

/** ZooKeeper, one voting server per node; see README.md beside this file. */
export const zookeeper: Target<ZookeeperOptions> = {
  name: "zookeeper",
  summary:
    "ZooKeeper 3.8, a replicated log by Zab: reads from any server, with or without sync; conditional writes",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "lin-kv" },
  workloads: [
    "lin-kv",
    "session",
    "set",
    "configuration",
    "last-item",
    "view-counter",
    "profile-edit",
    "post-comment",
  ],
  claims: (options, { nodes, faults }) => claimsOf(options, { nodes, faults }),
  objects: (_, declared) => declared.map(versioned),
  createClient: (context) => new ZookeeperClient(context),
  notReady,
  leader,
  describe,
};

/** Every answer about a register tells the transaction that wrote it. */
const versioned = (spec: ObjectSpec): ObjectSpec =>
  spec.type === "register" && spec.order === "unknown" ? { ...spec, order: "version" } : spec;
