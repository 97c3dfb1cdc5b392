import { z } from "zod";
import { distributionSchema } from "#core/distribution";
import type { Fault } from "#core/nemesis";
import { MILLISECOND } from "#core/units";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";
import { probabilitySchema, shapeLinks, someOrAll } from "./shape-links.ts";

const parameters = z.object({
  probability: probabilitySchema.describe("of each message to be held back"),
  by: distributionSchema.describe("for how long, nanoseconds: later messages overtake it meanwhile"),
});

/** Links from and to some nodes hold single messages back, so that later ones overtake them. */
export const packetReordering: Fault = {
  name: "packet-reordering",
  summary: "links of some nodes hold single messages back: later ones overtake them",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "shaping",
  needs: ["shaping"],
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: someOrAll(random, nodes),
    parameters: {
      probability: random.pick([0.1, 0.25, 0.5]),
      by: { kind: "uniform", min: 5 * MILLISECOND, max: random.pick([50, 300]) * MILLISECOND },
    },
  }),
  start: async (context, fault) => {
    const reordering = parametersOf(parameters, fault);
    return shapeLinks(context, await resolveNodes(context, fault), { reordering });
  },
};
