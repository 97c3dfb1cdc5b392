import { z } from "zod";
import type { ActiveFault, Fault, NemesisContext } from "#core/nemesis";
import type { Random } from "#core/random";
import { cutLinks } from "./cut-links.ts";
import { bothWays, linksBetween, othersThan } from "./links.ts";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";

/** Splits the nodes in two sides of (nearly) equal size. */
export const partitionHalves: Fault = {
  name: "partition-halves",
  summary: "two sides of (nearly) equal size that cannot talk to each other",
  aimsAtLeader: false,
  mechanism: "links",
  nodesMin: 2,
  choose: (random, nodes) => side(random, nodes, Math.floor(nodes.length / 2)),
  start: cutOff,
};

/** Cuts a random minority off; which side the leader is on is left to chance. */
export const partitionMajority: Fault = {
  name: "partition-majority",
  summary: "a majority and a minority that cannot talk to each other",
  aimsAtLeader: false,
  mechanism: "links",
  nodesMin: 2,
  choose: (random, nodes) =>
    side(random, nodes, random.between(1, Math.max(1, Math.ceil(nodes.length / 2) - 1))),
  start: cutOff,
};

/** Cuts one random node off. */
export const partitionOne: Fault = {
  name: "partition-one",
  summary: "one node cut off from all others",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "links",
  nodesMin: 2,
  choose: (random, nodes) => side(random, nodes, 1),
  start: cutOff,
};

/** Cuts the leader off, as it is when the time comes. */
export const partitionLeader: Fault = {
  name: "partition-leader",
  summary: "the current leader cut off from all others; clients still reach it",
  aimsAtLeader: true,
  mechanism: "links",
  nodesMin: 2,
  choose: () => ({ on: ["leader"], parameters: {} }),
  start: cutOff,
};

const oneWayParameters = z.object({
  direction: z.enum(["inbound", "outbound"]).describe("which packets are lost, seen from the node"),
});

/** What the chosen node sends still arrives; what the others send to it does not, or the other way round. */
export const partitionOneWay: Fault = {
  name: "partition-one-way",
  summary: "packets to, or from, one node are dropped; the other direction works",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "links",
  nodesMin: 2,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { direction: random.pick(["inbound", "outbound"]) },
  }),
  parameters: oneWayParameters,
  start: async (context, fault) => {
    const { cluster } = context;
    const { direction } = parametersOf(oneWayParameters, fault);
    const nodes = await resolveNodes(context, fault);
    const others = othersThan(nodes, cluster.nodes);
    const links = direction === "outbound" ? linksBetween(nodes, others) : linksBetween(others, nodes);
    return cutLinks(cluster, nodes, links);
  },
};

function side(
  random: Random,
  nodes: readonly string[],
  size: number,
): { on: string[]; parameters: Record<string, never> } {
  return { on: random.shuffle(nodes).slice(0, Math.max(1, size)).sort(), parameters: {} };
}

async function cutOff(context: NemesisContext, fault: Parameters<Fault["start"]>[1]): Promise<ActiveFault> {
  const { cluster } = context;
  const nodes = await resolveNodes(context, fault);
  return cutLinks(cluster, nodes, bothWays(linksBetween(nodes, othersThan(nodes, cluster.nodes))));
}
