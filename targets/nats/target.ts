import type { Target } from "#core/target";
import { GO_CLOCKS } from "../go-clocks.ts";
import { claimsOf } from "./claims.ts";
import { NatsClient } from "./client.ts";
import { describe } from "./describe.ts";
import { type NatsOptions, optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { leader, notReady } from "./roles.ts";

/** NATS JetStream: keys and values, and queues; see README.md beside this file. */
export const nats: Target<NatsOptions> = {
  name: "nats",
  summary: "NATS 2.9 JetStream: keys and values, and work queues, in replicated streams",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  workloads: ["session", "set", "queue", "lin-kv"],
  unsupportedFaults: GO_CLOCKS,
  claims: (options, { workload, nodes, faults }) => claimsOf(options, { workload, nodes, faults }),
  createClient: (context) => new NatsClient(context),
  notReady,
  leader,
  describe,
};
