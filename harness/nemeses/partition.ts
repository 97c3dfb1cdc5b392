import type { Link } from "#core/cluster";
import { HarnessError } from "#core/errors";
import type { ActiveFault, Fault, NemesisContext } from "#core/nemesis";
import type { Random } from "#core/random";
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

/** What the chosen node sends still arrives; what the others send to it does not, or the other way round. */
export const partitionOneWay: Fault = {
  name: "partition-one-way",
  summary: "packets to, or from, one node are dropped; the other direction works",
  aimsAtLeader: false,
  mechanism: "links",
  nodesMin: 2,
  choose: (random, nodes) => ({
    on: [random.pick(nodes)],
    parameters: { direction: random.pick(["inbound", "outbound"]) },
  }),
  start: async (context, fault) => {
    const nodes = await resolveNodes(context, fault);
    const across = linksBetween(nodes, others(context, nodes));
    const inbound = across.map(({ from, to }) => ({ from: to, to: from }));
    return blockLinks(context, nodes, fault.parameters["direction"] === "outbound" ? across : inbound);
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
  const nodes = await resolveNodes(context, fault);
  const across = linksBetween(nodes, others(context, nodes));
  return blockLinks(context, nodes, [...across, ...across.map(({ from, to }) => ({ from: to, to: from }))]);
}

const others = (context: NemesisContext, nodes: readonly string[]): string[] =>
  context.cluster.nodes.filter((node) => !nodes.includes(node));

const linksBetween = (from: readonly string[], to: readonly string[]): Link[] =>
  from.flatMap((source) => to.map((sink) => ({ from: source, to: sink })));

async function blockLinks(
  context: NemesisContext,
  nodes: readonly string[],
  links: readonly Link[],
): Promise<ActiveFault> {
  const { cluster } = context;
  if (links.length === 0) throw new HarnessError("fault-failed", "a partition needs nodes on both sides");
  await cluster.block(links);
  const probe = links[0] as Link;
  if (await cluster.reachable(probe.from, probe.to)) {
    throw new HarnessError(
      "fault-failed",
      `${probe.from} still reaches ${probe.to} although the link is cut`,
    );
  }
  let dropped: number | undefined;
  return {
    nodes,
    effect: { links: links.length },
    heal: async () => {
      dropped ??= await cluster.dropped();
      await cluster.unblock();
      return { dropped };
    },
    hadEffect: () => (dropped ?? 0) > 0,
  };
}
