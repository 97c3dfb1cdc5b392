import { CLIENTS } from "#core/cluster";
import type { Fault } from "#core/nemesis";
import { cutLinks } from "./cut-links.ts";
import { bothWays, linksBetween } from "./links.ts";

/**
 * Nodes still talk to each other, but clients do not reach some of them: requests and replies are lost in silence, and
 * connections that lost something stay silent after healing. The leader, where there is one, is among them: of the others
 * clients may want nothing.
 */
export const partitionClients: Fault = {
  name: "partition-clients",
  summary: "clients cannot reach some nodes, nor hear from them; the nodes still reach each other",
  aimsAtLeader: false,
  mechanism: "links",
  needs: ["clientLinks"],
  choose: (random, nodes) => ({
    on: random
      .shuffle(nodes)
      .slice(0, random.between(1, Math.ceil(nodes.length / 2)))
      .sort(),
    parameters: {},
  }),
  start: async (context, fault) => {
    const [first = "", ...rest] = fault.on;
    const leader = (await context.leader()) ?? first;
    const nodes = fault.on.includes(leader) ? fault.on : [leader, ...rest].sort();
    return cutLinks(context.cluster, nodes, bothWays(linksBetween([CLIENTS], nodes)));
  },
};
