import type { ClusterContext } from "#core/cluster";
import type { Endpoint } from "#core/runtime";
import { ask, parseInfo } from "../ask.ts";
import type { RedisOptions } from "../options.ts";
import { PRIMARIES } from "./layout.ts";
import { parseSlots } from "./slot-map.ts";

type Context = ClusterContext<RedisOptions>;

const endpoints = ({ cluster }: Context): Endpoint[] => cluster.nodes.map((node) => cluster.endpoint(node));

/** Ready: every node says that the cluster is whole and sees the same owners of all slots, and every replica has its link. */
export async function clusterNotReady(context: Context): Promise<string | undefined> {
  const nodes = endpoints(context);
  const missing = await Promise.all(nodes.map(async (node) => nodeMissing(context, node)));
  const problems = missing.filter((problem) => problem !== undefined);
  if (problems.length > 0) return problems.join("; ");
  const owners = await Promise.all(nodes.map(async (node) => ownersSeenBy(context, node)));
  return new Set(owners).size === 1
    ? undefined
    : `the nodes disagree on who keeps what: ${owners.join("; ")}`;
}

async function nodeMissing(context: Context, endpoint: Endpoint): Promise<string | undefined> {
  const { node } = endpoint;
  const answer = await ask(context.runtime, endpoint, "client", ["CLUSTER", "INFO"]);
  if ("problem" in answer) return `${node}: ${answer.problem}`;
  const info = parseInfo(answer.reply);
  if (info["cluster_state"] !== "ok") return `${node} says that the cluster is ${info["cluster_state"]}`;
  if (info["cluster_known_nodes"] !== String(context.cluster.nodes.length))
    return `${node} knows ${info["cluster_known_nodes"]} nodes`;
  const replication = await ask(context.runtime, endpoint, "client", ["INFO", "replication"]);
  if ("problem" in replication) return `${node}: ${replication.problem}`;
  const { role, master_link_status: link } = parseInfo(replication.reply);
  return role === "slave" && link !== "up" ? `${node} has no link to its primary` : undefined;
}

async function ownersSeenBy(context: Context, endpoint: Endpoint): Promise<string> {
  const keepers = await keepersSeenBy(context, endpoint);
  return keepers.map((nodes) => nodes[0] ?? "nobody").join();
}

/** For the first slot of each share: its primary and replicas as a node sees them. */
async function keepersSeenBy(context: Context, endpoint: Endpoint): Promise<readonly (readonly string[])[]> {
  const names = new Map(endpoints(context).map(({ host, node }) => [host, node]));
  const answer = await ask(context.runtime, endpoint, "client", ["CLUSTER", "SLOTS"]);
  if ("problem" in answer) return [];
  const map = parseSlots(answer.reply, (address) => names.get(address));
  return SHARES.map((slot) => map.keepersOf(slot));
}

/** One slot of each primary's share, well within it. */
const SHARES: readonly number[] = Array.from({ length: PRIMARIES }, (_, i) => 100 + 5_500 * i);

/** The primary of the first slots, as most nodes see it; the others have one share each, too. */
export async function clusterLeader(context: Context): Promise<string | undefined> {
  const nodes = endpoints(context);
  const seen = await Promise.all(nodes.map(async (node) => (await keepersSeenBy(context, node))[0]?.[0]));
  const votes = new Map<string, number>();
  for (const node of seen) if (node !== undefined) votes.set(node, (votes.get(node) ?? 0) + 1);
  const [first] = [...votes].sort(([, a], [, b]) => b - a);
  return first !== undefined && first[1] > nodes.length / 2 ? first[0] : undefined;
}
