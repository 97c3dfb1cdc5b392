import { z } from "zod";

export const optionsSchema = z.object({
  replication: z
    .enum(["async", "majority"])
    .default("async")
    .describe(
      "when a write is acknowledged: async = once the leader has it; majority = once most nodes have it, and the leader asks most nodes before it answers a read",
    ),
  readFrom: z
    .enum(["primary", "replica", "any"])
    .default("any")
    .describe("which node clients read from: the leader, a random follower, or any node"),
  replicationLag: z
    .int()
    .min(0)
    .default(0)
    .describe("milliseconds that the leader holds new entries back before it ships them"),
  electionTimeout: z
    .int()
    .min(10)
    .default(1_000)
    .describe(
      "milliseconds without a heartbeat after which a follower stands for election; heartbeats are five times as frequent",
    ),
});
export type SimKvOptions = z.infer<typeof optionsSchema>;
