import type { ClusterContext } from "#core/cluster";
import type { EtcdOptions } from "./options.ts";
import { statusOfAll } from "./status.ts";

/** Ready: every node is reached by a majority, and all know the same leader. */
export async function notReady(context: ClusterContext<EtcdOptions>): Promise<string | undefined> {
  const answers = await statusOfAll(context);
  const problems = answers.flatMap((answer) => {
    if ("problem" in answer) return [`${answer.node}: ${answer.problem}`];
    if (answer.leader === undefined) return [`${answer.node} knows no leader`];
    return answer.healthy ? [] : [`${answer.node} does not reach a majority`];
  });
  const leaders = new Set(answers.map((answer) => ("problem" in answer ? undefined : answer.leader)));
  if (problems.length === 0 && leaders.size > 1) return "the nodes know different leaders";
  return problems.length === 0 ? undefined : problems.join("; ");
}

/** The node that a majority calls the leader: one that was cut off may still believe that it is. */
export async function leader(context: ClusterContext<EtcdOptions>): Promise<string | undefined> {
  const answers = await statusOfAll(context);
  const votes = new Map<string, number>();
  for (const answer of answers)
    if (!("problem" in answer) && answer.leader !== undefined)
      votes.set(answer.leader, (votes.get(answer.leader) ?? 0) + 1);
  const [first] = [...votes].sort(([, a], [, b]) => b - a);
  if (first === undefined || first[1] * 2 <= answers.length) return undefined;
  return answers.find((answer) => "member" in answer && answer.member === first[0])?.node;
}
