import type { Json } from "#core/json";
import type { ClusterContext } from "#core/cluster";
import type { Target } from "#core/target";
import { SECOND } from "#core/units";
import { claimsByLevel, claimsOf } from "./claims.ts";
import { SimKvClient } from "./client.ts";
import { SimKvNode } from "./node.ts";
import { optionsSchema, type SimKvOptions } from "./options.ts";
import type { Status } from "./protocol.ts";
import { askStatus } from "./status.ts";

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
  notReady,
  leader: async (context) => leaderAmong(await askAll(context)),
  describe: async (context) => Object.fromEntries(await askAll(context)) satisfies Json,
};

/** A living node answers within milliseconds; a paused one does not answer. */
const STATUS_WITHIN = SECOND;

type Answers = ReadonlyMap<string, Status | string>;

async function askAll({ runtime, cluster }: ClusterContext<SimKvOptions>): Promise<Answers> {
  const answers = cluster.nodes.map(
    async (node) => [node, await askStatus(runtime, cluster.endpoint(node), STATUS_WITHIN)] as const,
  );
  return new Map(await Promise.all(answers));
}

/** Of several that believe to lead, the one of the latest term: a majority elected it last. */
function leaderAmong(answers: Answers): string | undefined {
  let leader: string | undefined;
  let term = 0;
  for (const [node, answer] of answers) {
    if (typeof answer === "string" || answer.role !== "leader" || answer.term <= term) continue;
    leader = node;
    term = answer.term;
  }
  return leader;
}

async function notReady(context: ClusterContext<SimKvOptions>): Promise<string | undefined> {
  const answers = await askAll(context);
  const leader = leaderAmong(answers);
  if (leader === undefined) return "no node leads yet";
  for (const [node, answer] of answers) {
    if (typeof answer === "string") return `${node}: ${answer}`;
    if (answer.leader !== leader) return `${node} does not follow ${leader} yet`;
  }
  return undefined;
}
