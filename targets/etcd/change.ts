import type { ClusterContext } from "#core/cluster";
import { HarnessError, messageOf } from "#core/errors";
import { SECOND } from "#core/units";
import { Gateway } from "./gateway.ts";
import type { EtcdOptions } from "./options.ts";
import { electedOf } from "./roles.ts";
import { statusOfAll } from "./status.ts";

/** The leader answers when the other leads, or gives up after its own 5 s and two election timeouts (etcdserver, `ReqTimeout`). */
const TRANSFER_MAX = 8 * SECOND;

/** What `etcdctl move-leader` asks: only the leader itself hands over. @throws HarnessError `fault-failed` */
export async function transferLeader(context: ClusterContext<EtcdOptions>, to: string): Promise<void> {
  const { runtime, cluster } = context;
  const answers = await statusOfAll(context);
  const from = electedOf(answers);
  const target = answers.find(({ node }) => node === to);
  if (from === undefined) throw new HarnessError("fault-failed", "there is no leader that could hand over");
  if (target === undefined || "problem" in target)
    throw new HarnessError("fault-failed", `${to} cannot take over: ${target?.problem ?? "no such node"}`);
  const gateway = new Gateway(cluster.endpoint(from), runtime, TRANSFER_MAX);
  const cancel = runtime.after(TRANSFER_MAX, () => gateway.close());
  try {
    await gateway.post("/v3/maintenance/transfer-leadership", { targetID: target.member });
  } catch (cause) {
    throw new HarnessError("fault-failed", `${from} does not hand over to ${to}: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    cancel();
    gateway.close();
  }
}
