import { z } from "zod";

export const optionsSchema = z.object({
  topology: z
    .enum(["replication", "sentinel", "cluster"])
    .default("replication")
    .describe(
      "replication = one fixed primary; sentinel = automatic failover by a sentinel on every node; cluster = three primaries that share the keys, the other nodes their replicas (6 nodes)",
    ),
  readFrom: z
    .enum(["primary", "replica", "any"])
    .default("primary")
    .describe("which node clients read from: the primary, a random replica, or any node"),
  wait: z
    .int()
    .min(0)
    .default(0)
    .describe("replicas that must confirm each write (WAIT on the same connection); 0: none"),
  waitTimeout: z
    .int()
    .min(1)
    .default(1_000)
    .describe("milliseconds that WAIT waits before the write counts as not replicated"),
  minReplicasToWrite: z
    .int()
    .min(0)
    .default(0)
    .describe("min-replicas-to-write: the primary refuses writes with fewer connected replicas"),
  minReplicasMaxLag: z
    .int()
    .min(1)
    .default(10)
    .describe("min-replicas-max-lag: seconds of silence after which a replica counts as gone"),
  appendfsync: z
    .enum(["always", "everysec", "no", "off"])
    .default("everysec")
    .describe("when the append-only file is forced to disk; off = no persistence, everything in memory"),
  nodeTimeout: z
    .int()
    .min(100)
    .default(2_000)
    .describe("cluster-node-timeout: milliseconds of silence after which a cluster calls a node down"),
  image: z
    .string()
    .optional()
    .describe("an image that has redis-server and redis-sentinel, in place of Debian's Redis 7.0"),
});
export type RedisOptions = z.infer<typeof optionsSchema>;
