import type { ClusterContext } from "#core/cluster";
import type { EtcdOptions } from "./options.ts";
import { isHealthy, type NodeStatus, statusOfAll } from "./status.ts";

type Context = ClusterContext<EtcdOptions>;

/** Ready: every node reaches a majority, and all know the same leader. */
export async function notReady(context: Context): Promise<string | undefined> {
  const answers = await statusOfAll(context);
  const problems = answers.flatMap((answer) => {
    if ("problem" in answer) return [`${answer.node}: ${answer.problem}`];
    return answer.leader === undefined ? [`${answer.node} knows no leader`] : [];
  });
  if (problems.length > 0) return problems.join("; ");
  const leaders = new Set(answers.map((answer) => ("problem" in answer ? undefined : answer.leader)));
  if (leaders.size > 1) return "the nodes know different leaders";
  const { nodes } = context.cluster;
  const healthy = await Promise.all(nodes.map((node) => isHealthy(context, node)));
  const alone = nodes.filter((_, place) => healthy[place] !== true);
  return alone.length === 0 ? undefined : `${alone.join(", ")} cannot reach a majority`;
}

/** The node that a majority calls the leader, and that answers: one that was cut off may still believe that it is. */
export async function leader(context: Context): Promise<string | undefined> {
  return electedOf(await statusOfAll(context));
}

function electedOf(answers: Awaited<ReturnType<typeof statusOfAll>>): string | undefined {
  const alive = answers.filter((answer): answer is NodeStatus => "member" in answer);
  const elected = alive.find(
    ({ member }) => alive.filter(({ leader: named }) => named === member).length * 2 > answers.length,
  );
  return elected?.node;
}
