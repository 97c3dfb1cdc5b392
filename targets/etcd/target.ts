import type { Target } from "#core/target";
import { GO_CLOCKS } from "../go-clocks.ts";
import { add, members, remove } from "./change.ts";
import { claimsOf } from "./claims.ts";
import { EtcdClient } from "./client.ts";
import { describe } from "./describe.ts";
import { type EtcdOptions, optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leader, notReady } from "./roles.ts";
import { transferLeader } from "./transfer.ts";

/** etcd, one member per node; see README.md beside this file. */
export const etcd: Target<EtcdOptions> = {
  name: "etcd",
  summary:
    "etcd 3.4, a replicated log by Raft: linearizable or serializable reads, transactions, locks with leases",
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
    "lock",
  ],
  unsupportedFaults: GO_CLOCKS,
  claims: (options, { workload, nodes, faults }) =>
    claimsOf(options, { workload, nodes, pauses: faults.some((fault) => fault.startsWith("pause")) }),
  createClient: (context) => new EtcdClient(context),
  notReady,
  leader,
  transferLeader,
  membership: { members, remove, add },
  describe,
};
