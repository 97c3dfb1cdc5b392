import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";
import { probabilitySchema, shapeLinks, someOrAll } from "./shape-links.ts";

const parameters = z.object({ probability: probabilitySchema.describe("of each message to arrive twice") });

/** Links from and to some nodes deliver messages twice, each copy in its own time. */
export const packetDuplication: Fault = {
  name: "packet-duplication",
  summary: "links of some nodes deliver messages twice",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "shaping",
  needs: ["shaping"],
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: someOrAll(random, nodes),
    parameters: { probability: random.pick([0.05, 0.3, 1]) },
  }),
  start: async (context, fault) => {
    const { probability } = parametersOf(parameters, fault);
    return shapeLinks(context, await resolveNodes(context, fault), { duplication: probability });
  },
};
