import type { ClusterContext } from "#core/cluster";
import type { Json } from "#core/json";
import { ask, parseInfo } from "./ask.ts";
import type { RedisOptions } from "./options.ts";

/** Version, persistence and role of every node, as the running servers tell them. */
export async function describe({ runtime, cluster, options }: ClusterContext<RedisOptions>): Promise<Json> {
  const entries = await Promise.all(
    cluster.nodes.map(async (node): Promise<[string, Json]> => {
      const answer = await ask(runtime, cluster.endpoint(node), "client", ["INFO"]);
      if ("problem" in answer) return [node, { problem: answer.problem }];
      const info = parseInfo(answer.reply);
      return [
        node,
        {
          version: info["redis_version"] ?? "unknown",
          role: info["role"] === "master" ? "primary" : "replica",
          appendOnlyFile: info["aof_enabled"] === "1",
          keys: info["db0"] ?? "none",
        },
      ];
    }),
  );
  return { persistence: PERSISTENCE[options.appendfsync], nodes: Object.fromEntries(entries) };
}

const PERSISTENCE: Readonly<Record<RedisOptions["appendfsync"], string>> = {
  always: "append-only file, forced to disk before each reply",
  everysec: "append-only file, forced to disk every second",
  no: "append-only file, forced to disk when the operating system likes",
  off: "none: a killed node starts empty",
};
