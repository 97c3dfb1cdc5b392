import type { ClusterContext } from "#core/cluster";
import type { Endpoint } from "#core/runtime";
import { type Answer, ask, parseInfo, parsePairs } from "./ask.ts";
import { clusterLeader, clusterNotReady } from "./cluster/roles.ts";
import { firstPrimary, majority, MASTER_NAME } from "./config.ts";
import type { RedisOptions } from "./options.ts";

type Context = ClusterContext<RedisOptions>;

const endpoints = ({ cluster }: Context): Endpoint[] => cluster.nodes.map((node) => cluster.endpoint(node));

/**
 * Ready: the primary streams to every replica, and each sentinel has a connection to every replica and to every other
 * sentinel (before that, a failover could not find a majority).
 */
export async function notReady(context: Context): Promise<string | undefined> {
  if (context.options.topology === "cluster") return clusterNotReady(context);
  const nodes = endpoints(context);
  const missing = await Promise.all(
    nodes.map(async (node) => (await serverMissing(context, node)) ?? (await sentinelMissing(context, node))),
  );
  const problems = missing.filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : problems.join("; ");
}

async function serverMissing(context: Context, endpoint: Endpoint): Promise<string | undefined> {
  const answer = await ask(context.runtime, endpoint, "client", ["INFO", "replication"]);
  if ("problem" in answer) return `${endpoint.node}: ${answer.problem}`;
  const info = parseInfo(answer.reply);
  if (info["role"] === "slave")
    return info["master_link_status"] === "up" ? undefined : `${endpoint.node} has no link to its primary`;
  const expected = context.cluster.nodes.length - 1;
  const online = Object.entries(info).filter(
    ([name, value]) => /^slave\d+$/.test(name) && value.includes("state=online"),
  ).length;
  return online === expected ? undefined : `${endpoint.node} has ${online} of ${expected} replicas online`;
}

async function sentinelMissing(context: Context, endpoint: Endpoint): Promise<string | undefined> {
  if (context.options.topology !== "sentinel") return undefined;
  const ofSentinel = (subcommand: string) =>
    ask(context.runtime, endpoint, "sentinel", ["SENTINEL", subcommand, MASTER_NAME]);
  const [replicas, sentinels] = await Promise.all([ofSentinel("replicas"), ofSentinel("sentinels")]);
  const expected = context.cluster.nodes.length - 1;
  const seen = [usable(replicas, "slave"), usable(sentinels, "sentinel")];
  return seen.every((count) => count === expected)
    ? undefined
    : `sentinel of ${endpoint.node} sees ${seen[0]} replicas and ${seen[1]} sentinels of ${expected} each`;
}

/** How many of the listed peers have exactly this flag: no `disconnected`, `s_down` or `o_down` beside it. */
const usable = (answer: Answer, flag: string): number =>
  "reply" in answer && Array.isArray(answer.reply)
    ? answer.reply.filter((peer) => parsePairs(peer)["flags"] === flag).length
    : 0;

/**
 * The node that takes writes: the fixed primary, or the one that most sentinels name (a sentinel on the losing side of a
 * partition may still name the old one).
 */
export async function leader(context: Context): Promise<string | undefined> {
  const nodes = endpoints(context);
  if (context.options.topology === "cluster") return clusterLeader(context);
  if (context.options.topology === "replication") return firstPrimary(nodes).node;
  const answers = await Promise.all(
    nodes.map((node) =>
      ask(context.runtime, node, "sentinel", ["SENTINEL", "get-master-addr-by-name", MASTER_NAME]),
    ),
  );
  const votes = new Map<string, number>();
  for (const answer of answers) {
    const address = "reply" in answer && Array.isArray(answer.reply) ? String(answer.reply[0]) : undefined;
    const named = nodes.find(({ host }) => host === address)?.node;
    if (named !== undefined) votes.set(named, (votes.get(named) ?? 0) + 1);
  }
  const [first] = [...votes].sort(([, a], [, b]) => b - a);
  return first !== undefined && first[1] >= majority(nodes.length) ? first[0] : undefined;
}
