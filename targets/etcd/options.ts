import { z } from "zod";

export const optionsSchema = z.object({
  reads: z
    .enum(["linearizable", "serializable"])
    .default("linearizable")
    .describe(
      "linearizable = reads ask the leader what is committed; serializable = the node answers from its own copy",
    ),
  readFrom: z
    .enum(["session", "any"])
    .default("session")
    .describe("which node clients read from: the one their session is with, or a random one for each read"),
  lease: z
    .int()
    .min(0)
    .max(3600)
    .default(2)
    .describe(
      "seconds until a lock goes by itself to whoever asks next; 0: locks stay until they are released",
    ),
  image: z.string().optional().describe("an image that has etcd, in place of Debian's etcd 3.4"),
});
export type EtcdOptions = z.infer<typeof optionsSchema>;
