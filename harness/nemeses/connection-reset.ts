import { z } from "zod";
import { CLIENTS } from "#core/cluster";
import type { Fault } from "#core/nemesis";
import { MILLISECOND } from "#core/units";
import { inBackground } from "./background.ts";
import { capable } from "./capable.ts";
import { othersThan } from "./links.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

const parameters = z.object({
  peers: z
    .enum(["nodes", "clients", "everybody"])
    .describe("whose connections with the node break: other nodes', clients', or both"),
  every: z
    .number()
    .min(10 * MILLISECOND)
    .describe("nanoseconds after which those break that were made anew meanwhile"),
});

/** Connections of some nodes break again and again; both ends notice, and may connect again at once. */
export const connectionReset: Fault = {
  name: "connection-reset",
  summary: "connections of one node with others, or with clients, break again and again",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "connections",
  needs: ["connections"],
  parameters,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: {
      peers: random.pick(nodes.length > 1 ? ["nodes", "clients", "everybody"] : ["clients"]),
      every: random.pick([100, 500, 2_000]) * MILLISECOND,
    },
  }),
  start: async (context, fault) => {
    const { cluster, runtime } = context;
    const { peers, every } = parametersOf(parameters, fault);
    const connections = capable(cluster, "connections");
    const nodes = await resolveNodes(context, fault);
    const peersOf = (node: string): string[] => [
      ...(peers === "clients" ? [] : othersThan([node], cluster.nodes)),
      ...(peers === "nodes" ? [] : [CLIENTS]),
    ];
    let broken = 0;
    const breakAll = async (): Promise<void> => {
      for (const node of nodes) broken += await connections.reset(node, peersOf(node));
    };
    await breakAll();
    const first = broken;
    const breaking = inBackground(async (stop) => {
      while (!stop.aborted) {
        await runtime.sleep(every, stop);
        if (!stop.aborted) await breakAll();
      }
    });
    return {
      nodes,
      effect: { brokenFirst: first },
      heal: async () => {
        await breaking.stop();
        return { broken };
      },
      hadEffect: () => broken > 0,
    };
  },
};
