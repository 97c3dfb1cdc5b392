import { z } from "zod";
import type { Fault } from "#core/nemesis";
import { parametersOf } from "./parameters.ts";
import { resolveNodes } from "./resolve.ts";
import { probabilitySchema, shapeLinks, someOrAll } from "./shape-links.ts";

const parameters = z.object({ probability: probabilitySchema.describe("of each message to be lost") });

/** Links from and to some nodes lose messages by chance. */
export const packetLoss: Fault = {
  name: "packet-loss",
  summary: "links of some nodes lose messages by chance",
  aimsAtLeader: false,
  anywhere: true,
  mechanism: "shaping",
  needs: ["shaping"],
  nodesMin: 2,
  parameters,
  choose: (random, nodes) => ({
    on: someOrAll(random, nodes),
    parameters: { probability: random.pick([0.05, 0.2, 0.5]) },
  }),
  start: async (context, fault) => {
    const { probability } = parametersOf(parameters, fault);
    return shapeLinks(context, await resolveNodes(context, fault), { loss: probability });
  },
};
