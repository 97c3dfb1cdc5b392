import { z } from "zod";
import { type TOPOLOGIES, topologyNames } from "./topology.ts";

export const optionsSchema = z.object({
  bin: z
    .string({ error: 'name the program of a node: --bin ./node.js, or --bin "python3 node.py"' })
    .min(1)
    .describe("program of a node, with its arguments if there are any: it is started once for each node"),
  latency: z
    .number()
    .min(0)
    .default(0)
    .describe("milliseconds that a message between nodes takes on average"),
  latencyDist: z
    .enum(["constant", "exponential"])
    .default("constant")
    .describe("how the latencies are distributed"),
  loss: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("share of messages between nodes that are lost by chance"),
  topology: z
    .enum(topologyNames as [keyof typeof TOPOLOGIES, ...(keyof typeof TOPOLOGIES)[]])
    .default("grid")
    .describe("neighbours that nodes are told of in the workload broadcast"),
});
export type MaelstromOptions = z.infer<typeof optionsSchema>;
