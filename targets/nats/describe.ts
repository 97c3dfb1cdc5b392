import type { ClusterContext } from "#core/cluster";
import type { Json } from "#core/json";
import type { NatsOptions } from "./options.ts";
import { ask } from "./roles.ts";
import { streamOf } from "./streams.ts";

/** The stream of the workload as each server describes it: leader, replicas, messages, last sequence. */
export async function describe(context: ClusterContext<NatsOptions>): Promise<Json> {
  const stream = streamOf(context.workload);
  const entries = await Promise.all(
    context.cluster.nodes.map(async (node): Promise<[string, Json]> => {
      const answer = await ask(context, node, `$JS.API.STREAM.INFO.${stream}`);
      if ("problem" in answer) return [node, { problem: answer.problem }];
      const { cluster, state, config } = answer.reply as Readonly<Record<string, Json | undefined>>;
      return [
        node,
        { version: answer.version, cluster: cluster ?? null, state: state ?? null, config: config ?? null },
      ];
    }),
  );
  return {
    persistence: persistenceOf(context.options),
    stream,
    nodes: Object.fromEntries(entries),
  };
}

function persistenceOf({ syncInterval, syncMount }: NatsOptions): string {
  if (syncMount) return "files, forced to disk with every write (mounted with sync)";
  return `files, forced to disk ${syncInterval === undefined ? "every two minutes" : `by sync_interval: ${syncInterval}`}`;
}
