import type { ClusterContext } from "#core/cluster";
import type { ProgramPlan, Target } from "#core/target";
import { MILLISECOND } from "#core/units";
import { claimsOf } from "./claims.ts";
import { MaelstromClient } from "./client.ts";
import { type MaelstromOptions, optionsSchema } from "./options.ts";
import { replyProblem } from "./replies.ts";
import { TOPOLOGIES } from "./topology.ts";

const DEFAULT_WORKLOAD = "broadcast";

/** Nodes written for Maelstrom, in any language, as processes of this machine; see README.md beside this file. */
export const maelstrom: Target<MaelstromOptions> = {
  name: "maelstrom",
  summary: "nodes in any language that speak Maelstrom's JSON protocol on stdin and stdout: --bin ./node.js",
  options: optionsSchema,
  environments: { process: planOf },
  nodeName: (index) => `n${index}`,
  defaults: { nodes: 5, clients: 10, workload: DEFAULT_WORKLOAD },
  workloads: [
    "echo",
    "unique-ids",
    "broadcast",
    "g-set",
    "g-counter",
    "pn-counter",
    "lin-kv",
    "kafka",
    "txn-list-append",
    "txn-rw-register",
  ],
  claims: (_, { workload }) => claimsOf(workload),
  createClient: (context) => new MaelstromClient(context, context.workload ?? DEFAULT_WORKLOAD),
  notReady,
};

function planOf(
  options: MaelstromOptions,
  { workload, nodes }: { readonly workload: string; readonly nodes: readonly string[] },
): ProgramPlan {
  const mean = options.latency * MILLISECOND;
  const isConstant = options.latencyDist === "constant";
  const topology = TOPOLOGIES[options.topology](nodes);
  return {
    command: options.bin,
    network: {
      delayMin: isConstant ? mean : 0,
      delayTail: isConstant ? 0 : mean,
      loss: options.loss,
      duplication: 0,
      ordered: false,
    },
    setUp: () => (workload === "broadcast" ? [{ type: "topology", topology }] : []),
    replyProblem: (request, reply) => replyProblem(workload, request, reply),
  };
}

async function notReady({ cluster }: ClusterContext<MaelstromOptions>): Promise<string | undefined> {
  for (const node of cluster.nodes) {
    const state = await cluster.state(node);
    if (state !== "running") return `${node} is ${state}`;
  }
  return undefined;
}
