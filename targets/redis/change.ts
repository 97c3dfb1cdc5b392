import type { ClusterContext } from "#core/cluster";
import { HarnessError } from "#core/errors";
import { MILLISECOND } from "#core/units";
import { type Answer, ask, parseInfo } from "./ask.ts";
import { firstPrimary, MASTER_NAME, REDIS_PORT } from "./config.ts";
import type { RedisOptions } from "./options.ts";

type Context = ClusterContext<RedisOptions>;

/** Sentinel fails over although nothing failed. It chooses the new primary itself. */
export async function transferLeader({ runtime, cluster }: Context): Promise<void> {
  const problems: string[] = [];
  for (const node of cluster.nodes) {
    const answer = await ask(runtime, cluster.endpoint(node), "sentinel", [
      "SENTINEL",
      "FAILOVER",
      MASTER_NAME,
    ]);
    if ("reply" in answer) return;
    problems.push(`${node}: ${answer.problem}`);
  }
  throw new HarnessError("fault-failed", `no sentinel fails over: ${problems.join("; ")}`);
}

/** The primary and the replicas that are connected to it. */
export async function members(context: Context): Promise<string[]> {
  const { cluster } = context;
  const nodes = cluster.nodes.map((node) => cluster.endpoint(node));
  const primary = firstPrimary(nodes);
  const info = parseInfo(
    replyOf(primary.node, await ask(context.runtime, primary, "client", ["INFO", "replication"])),
  );
  const connected = Object.entries(info)
    .filter(([name]) => /^slave\d+$/.test(name))
    .map(([, value]) => /ip=([^,]+)/.exec(value)?.[1]);
  return nodes.filter((node) => node === primary || connected.includes(node.host)).map(({ node }) => node);
}

/** A replica that leaves answers by itself from then on, reads and writes alike. */
export async function remove(context: Context, node: string): Promise<void> {
  await replicateOf(context, node, ["NO", "ONE"]);
  await untilMember(context, node, false);
}

/** It takes over what the primary has, and drops what it had itself. */
export async function add(context: Context, node: string): Promise<void> {
  const { cluster } = context;
  // A new machine begins stopped.
  await cluster.start(node);
  const primary = firstPrimary(cluster.nodes.map((one) => cluster.endpoint(one)));
  await replicateOf(context, node, [primary.host, String(REDIS_PORT)]);
  await untilMember(context, node, true);
}

async function replicateOf(
  { runtime, cluster }: Context,
  node: string,
  of: readonly string[],
): Promise<void> {
  for (let poll = 1; ; poll++) {
    const answer = await ask(runtime, cluster.endpoint(node), "client", ["REPLICAOF", ...of]);
    // A server that was just started takes a moment to listen.
    if ("reply" in answer || poll === POLLS) return void replyOf(node, answer);
    await runtime.sleep(POLL);
  }
}

/** A replica connects within a second or so; a first copy takes longer. */
const POLLS = 100;
const POLL = 100 * MILLISECOND;

async function untilMember(context: Context, node: string, is: boolean): Promise<void> {
  for (let poll = 0; poll < POLLS; poll++) {
    if ((await members(context)).includes(node) === is) return;
    await context.runtime.sleep(POLL);
  }
  throw new HarnessError("fault-failed", `${node} is ${is ? "still no replica" : "still a replica"}`);
}

function replyOf(node: string, answer: Answer): unknown {
  if ("problem" in answer) throw new HarnessError("fault-failed", `${node}: ${answer.problem}`);
  return answer.reply;
}
