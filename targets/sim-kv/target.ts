import type { Json } from "#core/json";
import type { Target } from "#core/target";
import { askAll, leaderAmong, missingAmong } from "../eventual/session/statuses.ts";
import { claimsByLevel, claimsOf } from "./claims.ts";
import { SimKvClient } from "./client.ts";
import { SimKvNode } from "./node.ts";
import { optionsSchema, type SimKvOptions } from "./options.ts";

/** A leader–follower key-value store that runs in simulation; see README.md beside this file. */
export const simKv: Target<SimKvOptions> = {
  name: "sim-kv",
  summary: "simulated leader–follower key-value store, asynchronous (loses writes) or by majority (does not)",
  options: optionsSchema,
  environments: {
    sim: (options) => ({ createNode: (context) => new SimKvNode(context, options) }),
  },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  workloads: ["session", "set", "profile-edit", "view-counter", "post-comment", "ttl-cache", "cross-region"],
  claims: (options, { nodes, faults, workload }) =>
    workload === "cross-region" ? claimsByLevel(options, nodes, faults) : claimsOf(options, nodes, faults),
  createClient: (context) => new SimKvClient(context),
  notReady: async (context) => missingAmong(await askAll(context), { leads: true }),
  leader: async (context) => leaderAmong(await askAll(context)),
  describe: async (context) => Object.fromEntries(await askAll(context)) as unknown as Json,
};
