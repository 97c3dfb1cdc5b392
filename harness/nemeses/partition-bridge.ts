import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { cutLinks } from "./cut-links.ts";
import { bothWays, linksBetween, othersThan } from "./links.ts";
import { parametersOf } from "./parameters.ts";

const parameters = z.object({
  side: z.array(z.string()).min(1).describe("nodes on one side of the bridge; the rest are on the other"),
});

/**
 * Two sides that only one node, the bridge, can still talk to: both may find a majority that includes it. The leader, where
 * there is one, is no bridge: followers seldom talk to each other, so nothing would be cut.
 */
export const partitionBridge: Fault = {
  name: "partition-bridge",
  summary: "two sides that cannot talk to each other, and one node that talks to both",
  aimsAtLeader: false,
  outAtOnce: 0,
  mechanism: "links",
  nodesMin: 3,
  parameters,
  choose: (random, nodes) => {
    const [bridge = "", ...rest] = random.shuffle(nodes);
    return { on: [bridge], parameters: { side: rest.slice(0, Math.floor(rest.length / 2)).sort() } };
  },
  start: async ({ cluster, leader }, fault) => {
    const { side } = parametersOf(parameters, fault);
    const [planned = ""] = fault.on;
    const [other = planned] = othersThan([planned, ...side], cluster.nodes);
    const bridge = (await leader()) === planned ? other : planned;
    const otherSide = othersThan([bridge, ...side], cluster.nodes);
    return cutLinks(cluster, [bridge], bothWays(linksBetween(side, otherSide)));
  },
};
