import type { ClusterContext } from "#core/cluster";
import { messageOf } from "#core/errors";
import { type Nanoseconds, SECOND } from "#core/units";
import { Gateway, type Message } from "./gateway.ts";
import type { EtcdOptions } from "./options.ts";

/** A node on this machine that is alive answers within milliseconds; a paused one does not answer. */
const ANSWER_MAX: Nanoseconds = SECOND;

/** What one node says of itself and of its leader. */
export interface NodeStatus {
  readonly node: string;
  readonly version: string;
  readonly member: string;
  /** Member id of the leader; undefined: it knows none. */
  readonly leader: string | undefined;
  readonly term: string;
  readonly revision: string;
  /** Whether a majority answers it. */
  readonly healthy: boolean;
}
export type Answer = NodeStatus | { readonly node: string; readonly problem: string };

/** Asks every node; a silent one costs at most a second. Never rejects. */
export const statusOfAll = (context: ClusterContext<EtcdOptions>): Promise<Answer[]> =>
  Promise.all(context.cluster.nodes.map((node) => statusOf(context, node)));

async function statusOf({ runtime, cluster }: ClusterContext<EtcdOptions>, node: string): Promise<Answer> {
  const gateway = new Gateway(cluster.endpoint(node), runtime, ANSWER_MAX);
  const cancel = runtime.after(ANSWER_MAX, () => gateway.close());
  try {
    const status = await gateway.post("/v3/maintenance/status", {});
    const { health } = await gateway.get("/health");
    const header = (status["header"] ?? {}) as Message;
    const leader = status["leader"];
    return {
      node,
      version: String(status["version"]),
      member: String(header["member_id"]),
      leader: leader === undefined ? undefined : String(leader),
      term: String(header["raft_term"]),
      revision: String(header["revision"] ?? 0),
      healthy: health === "true",
    };
  } catch (error) {
    return { node, problem: messageOf(error) };
  } finally {
    cancel();
    gateway.close();
  }
}
