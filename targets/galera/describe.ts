import type { ClusterContext } from "#core/cluster";
import type { Json } from "#core/json";
import { ask } from "./ask.ts";
import type { GaleraOptions } from "./options.ts";

const FACTS = `SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', 'tx_isolation', 'innodb_snapshot_isolation',
  'wsrep_on', 'wsrep_sync_wait', 'innodb_flush_log_at_trx_commit')`;
const STATE =
  "SHOW GLOBAL STATUS WHERE Variable_name IN ('wsrep_provider_version', 'wsrep_last_committed', 'wsrep_local_cert_failures', 'wsrep_local_bf_aborts')";

/** Versions and settings of every node, and how often its transactions lost against others', as the running servers tell them. */
export async function describe({ runtime, cluster }: ClusterContext<GaleraOptions>): Promise<Json> {
  const entries = await Promise.all(
    cluster.nodes.map(async (node): Promise<[string, Json]> => {
      const endpoint = cluster.endpoint(node);
      const [facts, state] = await Promise.all([
        ask(runtime, endpoint, FACTS),
        ask(runtime, endpoint, STATE),
      ]);
      if ("problem" in facts) return [node, { problem: facts.problem }];
      return [node, { ...facts.values, ...("problem" in state ? {} : state.values) }];
    }),
  );
  return { nodes: Object.fromEntries(entries) };
}
