import type { ClusterContext } from "#core/cluster";
import { HarnessError } from "#core/errors";
import { SECOND } from "#core/units";
import { asked, until } from "./ask.ts";
import type { EtcdOptions } from "./options.ts";
import { elected } from "./roles.ts";

/** The leader waits until the other one leads, at most for an election timeout (etcdserver/server.go, `MoveLeader`). */
const TRANSFER_MAX = 3 * SECOND;
const TRANSFERRED_WITHIN = 10 * SECOND;

/**
 * Asks the leader to hand over, by the id that the other one has now: members that were replaced have new ones. One that lags too far
 * behind does not take over in time, and the next is asked. @throws HarnessError `fault-failed`
 */
export async function transferLeader(context: ClusterContext<EtcdOptions>, to: string): Promise<void> {
  let attempt = 0;
  const problem = await until(context, TRANSFERRED_WITHIN, async () => {
    const leader = await elected(context);
    if (leader === undefined) return "nobody leads";
    const { followers } = leader;
    const wanted = [...followers].sort((a, b) => Number(b.node === to) - Number(a.node === to));
    const follower = wanted[attempt++ % wanted.length];
    if (follower === undefined) return `nobody follows ${leader.node}`;
    const answer = await asked(
      context,
      leader.node,
      (gateway) => gateway.post("/v3/maintenance/transfer-leadership", { targetID: follower.member }),
      TRANSFER_MAX,
    );
    return "problem" in answer ? String(answer["problem"]) : undefined;
  });
  if (problem !== undefined)
    throw new HarnessError("fault-failed", `leadership is not handed over: ${problem}`);
}
