import { z } from "zod";
import type { LinkConditions } from "#core/cluster";
import type { ActiveFault, NemesisContext } from "#core/nemesis";
import type { Random } from "#core/random";
import { capable } from "./capable.ts";
import { linksOf } from "./links.ts";

export const probabilitySchema = z.number().gt(0).max(1);

/** All nodes, or one alone: bad weather everywhere, or a bad cable. */
export const someOrAll = (random: Random, nodes: readonly string[]): string[] =>
  random.chance(0.5) ? [...nodes] : [random.pick(nodes)];

/** Puts conditions on every link from and to some nodes. Proved by the messages that fared otherwise. */
export async function shapeLinks(
  { cluster }: NemesisContext,
  nodes: readonly string[],
  conditions: LinkConditions,
): Promise<ActiveFault> {
  const links = linksOf(nodes, cluster.nodes);
  const shaped = await capable(cluster, "shaping").shape(links, conditions);
  let affected: number | undefined;
  return {
    nodes,
    effect: { links: links.length, ...(shaped.by === undefined ? {} : { by: shaped.by }) },
    heal: async () => {
      await shaped.lift();
      affected ??= await shaped.affected();
      return { affected };
    },
    hadEffect: () => (affected ?? 0) > 0,
  };
}
