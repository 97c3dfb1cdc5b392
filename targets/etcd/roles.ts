import type { ClusterContext } from "#core/cluster";
import type { EtcdOptions } from "./options.ts";
import { membersAt } from "./members.ts";
import { type Answer, isHealthy, type NodeStatus, statusOfAll } from "./status.ts";

type Context = ClusterContext<EtcdOptions>;

/** Ready: every node is a member and reaches a majority, and all know the same leader. */
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
  if (alone.length > 0) return `${alone.join(", ")} cannot reach a majority`;
  const started = (await membersAt(context, nodes[0] ?? ""))?.filter(({ name }) => name !== "").length ?? 0;
  return started < nodes.length ? `only ${started} of ${nodes.length} nodes are members` : undefined;
}

/** The node that a majority of the members calls the leader, and that answers: one that was cut off may still believe that it is. */
export async function leader(context: Context): Promise<string | undefined> {
  return (await elected(context))?.node;
}

/** The leader, and the nodes that follow it. */
export interface Elected extends NodeStatus {
  readonly followers: readonly NodeStatus[];
}

export async function elected(context: Context): Promise<Elected | undefined> {
  const answers = await statusOfAll(context);
  for (const claimant of answers) {
    if (!("member" in claimant) || claimant.leader !== claimant.member) continue;
    const members = await membersAt(context, claimant.node);
    const voters = Math.min(members?.length ?? answers.length, answers.length);
    const followers = followersOf(claimant, answers);
    if ((followers.length + 1) * 2 > voters) return { ...claimant, followers };
  }
  return undefined;
}

const followersOf = ({ member }: NodeStatus, answers: readonly Answer[]): NodeStatus[] =>
  answers.filter(
    (answer): answer is NodeStatus =>
      "member" in answer && answer.leader === member && answer.member !== member,
  );
