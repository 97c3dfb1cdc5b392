import type { ClusterContext } from "#core/cluster";
import { type Answer, ask } from "./ask.ts";
import type { GaleraOptions } from "./options.ts";

type Context = ClusterContext<GaleraOptions>;

/** A node outside the majority answers this, and nothing that reads tables. */
const STATE =
  "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_ready', 'wsrep_cluster_size', 'wsrep_cluster_status', 'wsrep_local_state_comment')";

/** Ready: every node is in one cluster with all others, and has caught up. */
export async function notReady({ cluster, runtime }: Context): Promise<string | undefined> {
  const { nodes } = cluster;
  const missing = await Promise.all(
    nodes.map(async (node) =>
      whatIsMissing(node, await ask(runtime, cluster.endpoint(node), STATE), nodes.length),
    ),
  );
  const problems = missing.filter((problem) => problem !== undefined);
  return problems.length === 0 ? undefined : problems.join("; ");
}

/** @param nodes how many there are; one alone has no cluster to be in */
export function whatIsMissing(node: string, answer: Answer, nodes: number): string | undefined {
  if ("problem" in answer) return `${node}: ${answer.problem}`;
  if (nodes === 1) return undefined;
  const {
    wsrep_cluster_status: status,
    wsrep_cluster_size: size,
    wsrep_local_state_comment: state,
    wsrep_ready: ready,
  } = answer.values;
  if (status !== "Primary") return `${node} is outside the majority (${status ?? "no status"})`;
  if (Number(size) !== nodes) return `${node} sees ${size} of ${nodes} nodes`;
  return state === "Synced" && ready === "ON"
    ? undefined
    : `${node} has not caught up (${state ?? "no state"})`;
}
