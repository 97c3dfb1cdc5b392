import type { ClusterContext } from "#core/cluster";
import type { Json } from "#core/json";
import type { ZookeeperOptions } from "./options.ts";
import { statusOfAll } from "./status.ts";

/** Version, role and last transaction of every server, as the running servers tell them. */
export async function describe(context: ClusterContext<ZookeeperOptions>): Promise<Json> {
  const answers = await statusOfAll(context);
  return {
    reads: context.options.reads,
    nodes: Object.fromEntries(
      answers.map((answer): [string, Json] => {
        if ("problem" in answer) return [answer.node, { problem: answer.problem }];
        const { node, version, mode, zxid } = answer;
        return [node, { version, role: mode, zxid: `0x${zxid.toString(16)}` }];
      }),
    ),
  };
}
