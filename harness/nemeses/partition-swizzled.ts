import { z } from "zod";
import type { Fault } from "#core/nemesis";
import type { Link } from "#core/cluster";
import { inBackground } from "./background.ts";
import { blockVerified } from "./cut-links.ts";
import { bothWays, linksBetween, othersThan } from "./links.ts";
import { parametersOf } from "./parameters.ts";

const parameters = z.object({
  healing: z.array(z.string()).describe("the nodes in the order in which they come back"),
});

/**
 * Nodes are cut off one after the other and come back one after the other in another order (FoundationDB's swizzle-clogging):
 * cutting takes the first half of the fault's time, coming back the second.
 */
export const partitionSwizzled: Fault = {
  name: "partition-swizzled",
  summary: "nodes are cut off one after the other and come back in another order",
  aimsAtLeader: false,
  mechanism: "links",
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => {
    const on = random.shuffle(nodes).slice(0, random.between(Math.min(2, nodes.length - 1), nodes.length));
    return { on, parameters: { healing: random.shuffle(on) } };
  },
  start: async ({ cluster, runtime }, fault) => {
    const { healing } = parametersOf(parameters, fault);
    const step = fault.for / (2 * fault.on.length);
    const links = (node: string): Link[] => bothWays(linksBetween([node], othersThan([node], cluster.nodes)));
    const cut = new Set<string>();
    let dropped = 0;
    const cutOff = async (node: string): Promise<void> => {
      await blockVerified(cluster, links(node));
      cut.add(node);
    };
    const bringBack = async (node: string): Promise<void> => {
      if (!cut.has(node)) return;
      dropped = Math.max(dropped, await cluster.dropped());
      await cluster.unblock(links(node));
      cut.delete(node);
    };
    const [first = "", ...rest] = fault.on;
    await cutOff(first);
    const begun = runtime.now();
    const swizzle = inBackground(async (stop) => {
      // By the clock: what cutting and healing take must not put off the next.
      let steps = 0;
      const nextStep = () => runtime.sleep(Math.max(0, begun + ++steps * step - runtime.now()), stop);
      for (const node of rest) {
        await nextStep();
        if (!stop.aborted) await cutOff(node);
      }
      for (const node of healing) {
        await nextStep();
        if (!stop.aborted) await bringBack(node);
      }
    });
    return {
      nodes: fault.on,
      effect: { cutFirst: first },
      heal: async () => {
        await swizzle.stop();
        for (const node of [...cut]) await bringBack(node);
        return { dropped };
      },
      hadEffect: () => dropped > 0,
    };
  },
};
