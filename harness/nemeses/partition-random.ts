import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { cutLinks } from "./cut-links.ts";
import { linksBetween } from "./links.ts";
import { parametersOf } from "./parameters.ts";

const parameters = z.object({
  links: z
    .array(z.tuple([z.string(), z.string()]))
    .min(1)
    .describe("links that are cut, as [sender, receiver]"),
});

/** Whom a node hears is left to chance, in each direction by itself: no shape that anybody had in mind. Half of all links at least. */
export const partitionRandom: Fault = {
  name: "partition-random",
  summary: "each node stops hearing some of the others, chosen by chance in each direction",
  aimsAtLeader: false,
  mechanism: "links",
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => {
    const all = random.shuffle(linksBetween(nodes, nodes));
    const links = all
      .slice(0, random.between(Math.ceil(all.length / 2), all.length - 1))
      .map(({ from, to }) => [from, to]);
    return { on: [...new Set(links.map(([, to]) => to as string))].sort(), parameters: { links } };
  },
  start: ({ cluster }, fault) => {
    const { links } = parametersOf(parameters, fault);
    return cutLinks(
      cluster,
      fault.on,
      links.map(([from, to]) => ({ from, to })),
    );
  },
};
