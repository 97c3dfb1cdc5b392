import type { ClusterContext } from "#core/cluster";
import type { Json } from "#core/json";
import type { EtcdOptions } from "./options.ts";
import { statusOfAll } from "./status.ts";

/** Version, role and revision of every node, as the running servers tell them. */
export async function describe(context: ClusterContext<EtcdOptions>): Promise<Json> {
  const answers = await statusOfAll(context);
  return {
    reads: context.options.reads,
    nodes: Object.fromEntries(
      answers.map((answer): [string, Json] => {
        if ("problem" in answer) return [answer.node, { problem: answer.problem }];
        const { node, version, member, leader, term, revision } = answer;
        return [node, { version, role: leader === member ? "leader" : "follower", term, revision }];
      }),
    ),
  };
}
