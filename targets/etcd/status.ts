import type { ClusterContext } from "#core/cluster";
import { asked, type Silence } from "./ask.ts";
import type { Message } from "./gateway.ts";
import type { EtcdOptions } from "./options.ts";

/** What one node says of itself and of its leader. */
export interface NodeStatus {
  readonly node: string;
  readonly version: string;
  readonly member: string;
  /** Member id of the leader; undefined: it knows none. */
  readonly leader: string | undefined;
  readonly term: string;
  readonly revision: string;
}
export type Answer = NodeStatus | Silence;

/** Asks every node; a silent one costs at most a second. Never rejects. */
export const statusOfAll = (context: ClusterContext<EtcdOptions>): Promise<Answer[]> =>
  Promise.all(context.cluster.nodes.map((node) => statusOf(context, node)));

const statusOf = (context: ClusterContext<EtcdOptions>, node: string): Promise<Answer> =>
  asked(context, node, async (gateway) => {
    const status = await gateway.post("/v3/maintenance/status", {});
    const header = (status["header"] ?? {}) as Message;
    const leader = status["leader"];
    return {
      node,
      version: String(status["version"]),
      member: String(header["member_id"]),
      leader: leader === undefined ? undefined : String(leader),
      term: String(header["raft_term"]),
      revision: String(header["revision"] ?? 0),
    };
  });

/** Whether a majority answers the node: a node that is cut off alone does not know that it is. */
export const isHealthy = async (context: ClusterContext<EtcdOptions>, node: string): Promise<boolean> =>
  (await asked(context, node, async (gateway) => (await gateway.get("/health"))["health"])) === "true";
