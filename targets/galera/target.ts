import type { Target } from "#core/target";
import { SQL_WORKLOADS, withoutCrdts } from "../sql/workloads.ts";
import { claimsOf } from "./claims.ts";
import { GaleraClient } from "./client.ts";
import { describe } from "./describe.ts";
import { type GaleraOptions, optionsSchema } from "./options.ts";
import { dockerPlan } from "./plan.ts";
import { notReady } from "./roles.ts";

/** MariaDB with Galera, or alone; see README.md beside this file. */
export const galera: Target<GaleraOptions> = {
  name: "galera",
  summary: "MariaDB 10.11 with Galera 26.4: every node takes writes; with one node MariaDB alone",
  options: optionsSchema,
  environments: { docker: dockerPlan },
  defaults: { nodes: 3, clients: 10, workload: "session" },
  workloads: SQL_WORKLOADS,
  claims: (options, { nodes, faults }) =>
    claimsOf(options, {
      nodes,
      faults: faults.length > 0,
      crashes: faults.some((fault) => /^(?:kill|power)/.test(fault)),
      powerLoss: faults.some((fault) => fault.startsWith("power")),
      manyKilled: faults.some((fault) => /^(?:kill-all|kill-rolling|power)/.test(fault)),
      killedAndCut: ["kill", "partition"].every((kind) => faults.some((fault) => fault.startsWith(kind))),
    }),
  objects: (_, declared) => withoutCrdts(declared),
  createClient: (context) => new GaleraClient(context),
  notReady,
  describe,
};
