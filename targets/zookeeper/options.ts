import { z } from "zod";

export const optionsSchema = z.object({
  reads: z
    .enum(["local", "sync", "quorum"])
    .default("local")
    .describe(
      "local = the server answers from its own copy; sync = it first catches up with the leader; quorum = the client first writes, so that a majority has been asked",
    ),
  image: z
    .string()
    .optional()
    .describe("an image that has Java and Debian's ZooKeeper, in place of Debian's ZooKeeper 3.8"),
});
export type ZookeeperOptions = z.infer<typeof optionsSchema>;
