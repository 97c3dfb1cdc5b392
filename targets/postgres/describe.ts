import type { ClusterContext } from "#core/cluster";
import type { Json } from "#core/json";
import { ask } from "./ask.ts";
import type { PostgresOptions } from "./options.ts";

const FACTS = `SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS standby,
  current_setting('synchronous_standby_names') AS names, current_setting('synchronous_commit') AS commit,
  (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline, (SELECT max(term) FROM primaries) AS term`;

/** Version, role and durability of every node, as the running servers tell them. */
export async function describe({ runtime, cluster }: ClusterContext<PostgresOptions>): Promise<Json> {
  const entries = await Promise.all(
    cluster.nodes.map(async (node): Promise<[string, Json]> => {
      const answer = await ask(runtime, cluster.endpoint(node), FACTS);
      if ("problem" in answer) return [node, { problem: answer.problem }];
      const { version, standby, names, commit, timeline, term } = answer.row;
      return [
        node,
        {
          version: String(version),
          role: standby === true ? "standby" : "primary",
          synchronousStandbyNames: String(names),
          synchronousCommit: String(commit),
          timeline: Number(timeline),
          term: Number(term ?? 0),
        },
      ];
    }),
  );
  return { nodes: Object.fromEntries(entries) };
}
