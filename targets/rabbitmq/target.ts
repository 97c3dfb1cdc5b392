import type { Target } from "#core/target";
import { claimsOf } from "./claims.ts";
import { RabbitClient } from "./client.ts";
import { describe } from "./describe.ts";
import { optionsSchema, type RabbitOptions } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { notReady } from "./roles.ts";

/** RabbitMQ with queues that are replicated; see README.md beside this file. */
export const rabbitmq: Target<RabbitOptions> = {
  name: "rabbitmq",
  summary: "RabbitMQ 3.10: quorum queues, or classic mirrored ones, with publisher confirms",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "queue" },
  workloads: ["queue"],
  claims: (options, { nodes, faults }) => claimsOf(options, { nodes, faults }),
  createClient: (context) => new RabbitClient(context),
  notReady,
  describe,
};
