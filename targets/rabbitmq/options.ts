import { z } from "zod";

export const optionsSchema = z.object({
  queueType: z
    .enum(["quorum", "mirrored"])
    .default("quorum")
    .describe("quorum = replicated by Raft; mirrored = classic queues with a mirror on every node"),
  partitionHandling: z
    .enum(["pause_minority", "autoheal", "ignore"])
    .default("pause_minority")
    .describe(
      "cluster_partition_handling: nodes with a minority pause; or the losers restart once the network is whole; or nothing is done",
    ),
  netTicktime: z
    .int()
    .min(1)
    .default(5)
    .describe(
      "net_ticktime: seconds of silence, give or take a quarter, after which a node calls another down",
    ),
  image: z
    .string()
    .optional()
    .describe("an image that has rabbitmq-server, in place of Debian's RabbitMQ 3.10"),
});
export type RabbitOptions = z.infer<typeof optionsSchema>;
